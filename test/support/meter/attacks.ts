import type { Channel, Heard } from './channel';
import type { Dice } from './dice';

/**
 * An attack on the feedback channel: programs whose behaviour on each scenario is one of two, of which one is right.
 * Asks as often as it gets answers, and returns what it believes to be right.
 */
export type Attack = (submit: Submit, about: About) => boolean[];

type Submit = (guess: readonly boolean[]) => Heard;

interface About {
  channel: Channel;
  dice: Dice;
  /** Most questions an attacker has patience for. */
  patience: number;
}

/** Share of the labels an attack has right in the end. */
export function recovered(
  attack: Attack,
  channel: Channel,
  labels: readonly boolean[],
  dice: Dice,
  patience = 1000,
): number {
  const submit: Submit = (guess) => channel.ask(guess.map((one, at) => one === labels[at]));
  const believed = attack(submit, { channel, dice, patience });
  return believed.filter((one, at) => one === labels[at]).length / labels.length;
}

/** Flips a few answers at a time and keeps what is heard to be better; with every flip in a run of its own, or all in one. */
export function bitFlip(width: number, fork: boolean): Attack {
  return (submit, { channel, dice, patience }) => {
    let guess = channel.scenarios.map(() => dice() < 0.5);
    let last = submit(guess);
    for (let at = 0; at < guess.length && patience > 0; at += width, patience -= 1) {
      const flipped = guess.map((one, index) => (index >= at && index < at + width ? !one : one));
      if (fork) channel.newRun();
      const heard = submit(flipped);
      if (heard.kind === 'spent') break;
      if (!better(heard, last)) continue;
      guess = flipped;
      last = heard;
    }
    return guess;
  };
}

/** Whether an answer says that more scenarios pass than at the last one: any answer at all does, with a gate. */
function better(heard: Heard, last: Heard): boolean {
  if (heard.kind === 'count' && last.kind === 'count') return heard.passed > last.passed;
  return heard.kind === 'count' || heard.kind === 'requirement';
}

/** Random programs, each in a run of its own, weighed by what is heard of them (Blum and Hardt's boosting attack). */
export const vote: Attack = (submit, { channel, dice, patience }) => {
  const n = channel.scenarios.length;
  const votes = new Array<number>(n).fill(0);
  for (let asked = 0; asked < patience; asked += 1) {
    const guess = channel.scenarios.map(() => dice() < 0.5);
    channel.newRun();
    const heard = submit(guess);
    if (heard.kind === 'spent') break;
    guess.forEach((one, at) => {
      const sign = one ? 1 : -1;
      const requirement = heard.kind === 'requirement' && channel.scenarios[at]!.covers.includes(heard.id);
      const weight = heard.kind === 'count' ? heard.passed - n / 2 : requirement ? -1 : 0;
      votes[at]! += sign * weight;
    });
  }
  return votes.map((sum) => (sum === 0 ? dice() < 0.5 : sum > 0));
};

/** Turns round all answers of the requirement that is named as failing most, in the same run. */
export const followFlags: Attack = (submit, { channel, dice, patience }) => {
  let guess = channel.scenarios.map(() => dice() < 0.5);
  const turned = new Set<string>();
  for (let asked = 0; asked < patience; asked += 1) {
    const heard = submit(guess);
    if (heard.kind !== 'requirement' || turned.has(heard.id)) break;
    turned.add(heard.id);
    guess = guess.map((one, at) => (channel.scenarios[at]!.covers.includes(heard.id) ? !one : one));
  }
  return guess;
};
