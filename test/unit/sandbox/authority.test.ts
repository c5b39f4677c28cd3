import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { createAuthority } from '../../../src/sandbox/authority';

describe('certificates of a setup', () => {
  it('are such that every strict reader takes them, whatever their number is drawn to be', () => {
    const authority = createAuthority();
    const root = new X509Certificate(authority.certificate);
    for (let drawn = 0; drawn < 50; drawn++) {
      const { key, cert } = authority.serverOf('npm.example.com');
      createSecureContext({ key, cert });
      const { serialNumber, ...certificate } = new X509Certificate(cert).toLegacyObject();
      // Sixteen bytes: the first is neither negative nor padding.
      assert.match(serialNumber, /^[4-7][0-9A-F]{31}$/);
      assert.equal(certificate.subjectaltname, 'DNS:npm.example.com');
      assert.ok(new X509Certificate(cert).verify(root.publicKey));
    }
  });
});
