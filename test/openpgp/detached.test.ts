import { expect } from 'chai';
import { verifyDetached } from '../../src/openpgp/detached.js';
import { joinKeyrings, Keyring } from '../../src/openpgp/keyring.js';
import { readKeyring } from '../../src/openpgp/read-keyring.js';
import { madeOn, makeSigner, type Signer } from '../support/openpgp.js';

const content = Buffer.from('<repomd/>\n');

/** RFC 9580, section 6: without the checksum, which nobody need look at. */
function armored(signature: Uint8Array): Uint8Array {
  const body = Buffer.from(signature)
    .toString('base64')
    .replace(/(.{64})/g, '$1\n');
  return Buffer.from(`-----BEGIN PGP SIGNATURE-----\n\n${body}\n-----END PGP SIGNATURE-----\n`);
}

describe('verifyDetached', () => {
  let vendor: Signer;
  let stranger: Signer;
  let keyring: Keyring;

  before(async () => {
    [vendor, stranger] = await Promise.all([makeSigner('Vendor'), makeSigner('Stranger')]);
    keyring = joinKeyrings(await readKeyring(vendor.certificate, 'vendor.gpg'));
  });

  it('accepts what a key at hand signed, armored or not, and names its owner', async () => {
    const signature = await vendor.sign(content);
    for (const form of [signature, armored(signature)]) {
      const { outcome, signer } = verifyDetached(content, form, keyring);
      expect(outcome).to.equal('valid');
      expect(signer).to.match(/^Vendor <vendor@example\.invalid> \([0-9a-f]{40}\)$/);
    }
  });

  it('calls a signature over another document bad', async () => {
    expect(verifyDetached(content, await vendor.sign(Buffer.from('<other/>')), keyring).outcome).to.equal('bad');
  });

  it('calls one that was made before its key bad', async () => {
    const early = await vendor.sign(content, madeOn);
    const younger = new Keyring(keyring.keys.map((key) => ({ ...key, created: key.created + 86_400 })));
    expect(verifyDetached(content, early, younger).outcome).to.equal('bad');
  });

  it('does not know a stranger’s', async () => {
    expect(verifyDetached(content, await stranger.sign(content), keyring).outcome).to.equal('unknown-key');
  });

  it('takes one valid signature of several, but none beside a forged one', async () => {
    const [good, other, forged] = await Promise.all([
      vendor.sign(content),
      stranger.sign(content),
      vendor.sign(Buffer.from('<other/>')),
    ]);
    expect(verifyDetached(content, Buffer.concat([other, good]), keyring).outcome).to.equal('valid');
    expect(verifyDetached(content, Buffer.concat([good, forged]), keyring).outcome).to.equal('bad');
  });

  it('supports nothing that is no signature, and never throws for it', () => {
    for (const nonsense of ['', 'hello', '-----BEGIN PGP SIGNATURE-----\n', '\u00c2\u00ff\u00ff\u00ff\u00ff\u00ff']) {
      expect(verifyDetached(content, Buffer.from(nonsense, 'latin1'), keyring).outcome, nonsense).to.equal(
        'unsupported',
      );
    }
  });
});
