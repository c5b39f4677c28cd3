import assert from 'node:assert/strict';
import { findNode, namespaceHint, need, which } from '../../../src/sandbox/machine';
import { FactoryError } from '../../../src/shared/errors';

describe('machine', () => {
  it('finds programs on absolute folders of PATH only', () => {
    assert.equal(which('sh', 'usr/bin:.:/usr/bin'), '/usr/bin/sh');
    assert.equal(which('passwd', '/etc'), undefined);
    assert.equal(which('sh', ''), undefined);
  });

  it('names a missing tool and the one line that installs it', () => {
    assert.throws(
      () => need('no-such-wall', 'wall-tools'),
      (error) =>
        error instanceof FactoryError &&
        error.code === 'environment' &&
        error.message.includes('no-such-wall') &&
        error.hint === 'sudo apt-get install wall-tools',
    );
  });

  it('runs our programs with the Node of this process', async () => {
    const node = await findNode();
    const underUsr = node.inside.startsWith('/usr/');
    assert.equal(node.mounts.length, underUsr ? 0 : 1);
    assert.ok(underUsr || node.inside === '/opt/node/bin/node');
  });

  it('knows how each refusal of user namespaces is mended', () => {
    const hint = (file: string, value: string) =>
      namespaceHint((asked) => (asked === file ? value : undefined));
    assert.match(hint('/proc/sys/kernel/apparmor_restrict_unprivileged_userns', '1'), /AppArmor/);
    assert.match(hint('/proc/sys/kernel/unprivileged_userns_clone', '0'), /unprivileged_userns_clone=1/);
    assert.match(hint('/proc/sys/user/max_user_namespaces', '0'), /max_user_namespaces=\d+/);
    assert.ok(hint('/none', '').length > 0);
  });
});
