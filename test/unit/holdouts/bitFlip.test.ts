import assert from 'node:assert/strict';
import { bitFlip, vote } from '../../support/meter/attacks';
import { meteredChannel, rawChannel } from '../../support/meter/channel';
import { attacks, meanRecovered, optionsFor } from '../../support/meter/labelSuite';

const trials = 300;

describe('flipping bits against the feedback channel', () => {
  it('recovers what is hidden from a score that anyone may ask for', () => {
    const raw = () => rawChannel(optionsFor('count', 8));
    for (const attack of [bitFlip(1, false), vote])
      assert.ok(meanRecovered(attack, raw, 20) >= 0.95, 'the attack itself must work');
  });

  const channels = {
    counts: optionsFor('count', 8),
    'flags, four scenarios behind each': optionsFor('requirement', 4),
    'flags, three scenarios behind each': optionsFor('requirement', 3),
    'flags, sixteen scenarios behind each': optionsFor('requirement', 16),
    'flags that are too thin, so that counts are told': optionsFor('requirement', 2),
  };
  for (const [channel, options] of Object.entries(channels)) {
    it(`recovers at most 0.6 of it from ${channel}`, () => {
      for (const [name, attack] of Object.entries(attacks)) {
        const share = meanRecovered(attack, () => meteredChannel(options), trials);
        assert.ok(share <= 0.6, `${name}: ${share.toFixed(3)}`);
      }
    });
  }
});
