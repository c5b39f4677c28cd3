import assert from 'node:assert/strict';
import { buildPrograms } from '../../support/sandbox';
import { createSandbox } from '../../../src/sandbox/sandbox';

describe('what every sandbox shows', () => {
  it('may hold neither the workspace nor the store, unless it is masked', async () => {
    const programs = await buildPrograms();
    await assert.rejects(createSandbox({ programs, hidden: ['/usr/share/project'] }), {
      code: 'bad-input',
      message: '/usr/share/project lies below /usr, which every sandbox shows to agents.',
    });
    await createSandbox({ programs, hidden: ['/usr/src/app', '/srv/project'] });
  });
});
