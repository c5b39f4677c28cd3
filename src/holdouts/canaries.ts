import { createHmac } from 'node:crypto';

const letters = 'abcdefghijklmnopqrstuvwxyz';
const digits = '0123456789';

/** Shapes by the last word of a canary's name; anything else is a word. */
const shapes: Readonly<Record<string, (draw: Draw) => string>> = {
  email: (draw) => `${draw(letters, 7)}.${draw(letters, 8)}@${draw(letters, 7)}.example`,
  name: (draw) => `${capital(draw(letters, 7))} ${capital(draw(letters, 9))}`,
  url: (draw) => `https://${draw(letters, 9)}.example/${draw(letters, 8)}`,
  id: (draw) => draw(letters + digits, 20),
  token: (draw) => draw(letters + digits, 32),
  number: (draw) => String(Number(draw('123456789', 1)) * 1e14 + Number(draw(digits, 14))),
};

/**
 * Every scenario has a canary beside those its author placed, so that none goes unwatched: the judge names the folder by
 * it that the candidate works in, which any dump of its environment and most error messages hold. Where the author
 * placed none, this is all there is: a program that never says where it is leaks without it.
 */
export function carriedCanary(seed: string): string {
  return canaryValue(seed, 'carried');
}

/** Whether the author of a scenario placed a canary where the program receives it. */
export function placesCanary(placeholders: readonly string[]): boolean {
  return placeholders.some((name) => name.startsWith('canary.'));
}

type Draw = (alphabet: string, length: number) => string;

/**
 * The value of `{{canary.<name>}}`: random, but shaped like data (`email`, `reporter-name`, `callback-url`,
 * `user-id`, `api-token`, `order-number`, else a word), and always the same for one seed and name.
 */
export function canaryValue(seed: string, name: string): string {
  const shape = shapes[/[A-Z]?[a-z]+$/.exec(name)?.[0].toLowerCase() ?? ''];
  const draw = drawFrom(seed, name);
  return shape ? shape(draw) : draw(letters, 14);
}

function drawFrom(seed: string, name: string): Draw {
  const bytes = createHmac('sha512', seed).update(name).digest();
  let next = 0;
  // The slight bias of the remainder does not matter: these need not be hard to guess, only rare.
  return (alphabet, length) =>
    Array.from({ length }, () => alphabet[bytes[next++ % bytes.length]! % alphabet.length]).join('');
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
