import { badCases, badPrograms } from '../support/meter/badPrograms';
import { meteredChannel, rawChannel } from '../support/meter/channel';
import { attacks, meanRecovered, optionsFor } from '../support/meter/labelSuite';
import { honest, noProgress, shipped, type Factory } from '../support/meter/simulation';
import type { Figure } from './figures';

const percent = (share: number): number[] => [100 * share];

/** What agents that get no better, and those that do, ship through the metered factory. */
function simulated(): Figure[] {
  const trials = 5000;
  const usual: Factory = { scenarios: 100, rounds: 30, policy: 'requirement', accept: 0.95, runs: 1 };
  return [40, 100].flatMap((scenarios) =>
    (['count', 'requirement'] as const).flatMap((policy): Figure[] => {
      const factory = { ...usual, scenarios, policy };
      const name = (who: string) => `meter: ${who}, ${policy}, ${scenarios} scenarios, ships`;
      const small = scenarios < 100;
      return [
        {
          name: name('no progress and 20 forks'),
          unit: '%',
          samples: percent(shipped({ ...factory, runs: 20 }, noProgress, trials)),
          ...(small ? {} : { budget: 3 }),
        },
        { name: name('honest'), unit: '%', samples: percent(shipped(factory, honest, trials)) },
      ];
    }),
  );
}

/** Labels that attacks on the feedback channel recover, and what a raw score would give them. */
function recoveredLabels(): Figure[] {
  const trials = 2000;
  return Object.entries(attacks).flatMap(([name, attack]): Figure[] => [
    {
      name: `meter: labels from a raw score, ${name}`,
      unit: '%',
      samples: percent(meanRecovered(attack, () => rawChannel(optionsFor('count', 8)), 200)),
    },
    ...(
      [
        ['counts', optionsFor('count', 8)],
        ['flags over 4', optionsFor('requirement', 4)],
        ['flags over 16', optionsFor('requirement', 16)],
      ] as const
    ).map(([channel, options]): Figure => ({
      name: `meter: labels from ${channel}, ${name}`,
      unit: '%',
      samples: percent(meanRecovered(attack, () => meteredChannel(options), trials)),
      budget: 60,
    })),
  ]);
}

/** By how much bad programs get away more often than the report prints; noise is all there should be. */
function bounded(): Figure[] {
  const excess = badCases.map((one, at) => {
    const { share, printed } = badPrograms(one, 20_000, at + 1);
    return 100 * (share - printed);
  });
  const samples = [Math.max(...excess)];
  return [
    {
      name: 'meter: share of bad programs above the printed bound, worst case',
      unit: '%',
      samples,
      budget: 1,
    },
  ];
}

/** The meter against those who would trick it; nothing here is about time. */
export function measureMeter(): Figure[] {
  return [...simulated(), ...recoveredLabels(), ...bounded()];
}
