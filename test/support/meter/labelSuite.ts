import type { FeedbackPolicy } from '../../../src/holdouts/feedback';
import type { SealedScenario } from '../../../src/holdouts/types';
import { bitFlip, followFlags, recovered, vote, type Attack } from './attacks';
import type { Channel, ChannelOptions } from './channel';
import { diceOf, mean } from './dice';

/** Feedback scenarios with one unknown label each. */
const labels = 64;

export const attacks: Record<string, Attack> = {
  'one bit at a time': bitFlip(1, false),
  'one bit at a time, each in a run of its own': bitFlip(1, true),
  'blocks of 8': bitFlip(8, false),
  'blocks of 12, each in a run of its own': bitFlip(12, true),
  'blocks of 16': bitFlip(16, false),
  'a vote of random programs, each in a run of its own': vote,
  'turning round what a flag names': followFlags,
};

/** A set of scenarios of which `perRequirement` stand behind each requirement, and what may be told about it. */
export function optionsFor(policy: FeedbackPolicy, perRequirement: number): ChannelOptions {
  const requirements = Array.from({ length: Math.ceil(labels / perRequirement) }, (_, at) => ({
    id: `R${at + 1}`,
    text: 'The program MUST.',
  }));
  const scenarios = Array.from({ length: labels }, (_, at): SealedScenario => ({
    id: `H-${at}`,
    covers: [requirements[Math.floor(at / perRequirement)]!.id],
    half: 'feedback',
    weight: 1,
  }));
  return { policy, requirements, scenarios, debugRounds: 6 };
}

/** Share of the labels that an attack recovers in the mean of so many trials. */
export function meanRecovered(attack: Attack, open: () => Channel, trials: number): number {
  const shares = Array.from({ length: trials }, (_, seed) => {
    const dice = diceOf(seed + 1);
    const truth = Array.from({ length: labels }, () => dice() < 0.5);
    return recovered(attack, open(), truth, dice);
  });
  return mean(shares);
}
