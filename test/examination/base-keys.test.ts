import { expect } from 'chai';
import { readBaseKeys } from '../../src/examination/base-keys.js';
import type { BaseVerdict } from '../../src/freshness/freshness.js';
import { makeSigner, type Signer } from '../support/openpgp.js';
import type { TarInput } from '../support/build-tar.js';
import { buildFrom, openBuilt, readerOf } from './rig.js';

const folder = 'etc/pki/rpm-gpg';

describe('the keys of a base', () => {
  let vendor: Signer;
  let intruder: Signer;

  before(async () => {
    [vendor, intruder] = await Promise.all([makeSigner('Vendor'), makeSigner('Intruder')]);
  });

  async function keysOf(layers: readonly (readonly TarInput[])[], base: Partial<BaseVerdict> | undefined) {
    const { image } = await openBuilt(buildFrom(layers));
    const { facts } = await readerOf().gather(image);
    const verdict: BaseVerdict | undefined = base && {
      reference: 'r.test/base:latest',
      level: 1,
      how: ['option'],
      sources: [],
      proof: 'layers',
      outcome: 'fresh',
      reason: '',
      layers: 1,
      behind: {},
      ...base,
    };
    const { keyring, notes } = await readBaseKeys(facts, verdict);
    return { users: keyring?.keys.map((key) => key.userId.replace(/ <.*/, '')), notes };
  }

  const key = (signer: Signer, name: string): TarInput => ({ path: `${folder}/${name}`, body: signer.certificate });

  it('are read from the base’s layers, and not from the image’s own', async () => {
    const layers = [[key(vendor, 'vendor')], [key(intruder, 'intruder'), key(intruder, 'vendor')]];
    expect(await keysOf(layers, {})).to.deep.equal({ users: ['Vendor'], notes: [] });
    expect(await keysOf(layers, { proof: 'diff-ids' })).to.deep.equal({ users: ['Vendor'], notes: [] });
  });

  it('are not taken where no base is proved, or the image is one itself', async () => {
    for (const base of [undefined, { proof: 'none' }, { proof: 'self' }] as const) {
      const { users, notes } = await keysOf([[key(intruder, 'key')]], base);
      expect(users).to.equal(undefined);
      expect(notes).to.deep.equal(['no key of the base was taken: no base is proved by its layers']);
    }
  });

  it('are taken one by one: what is no key is said, and the others still count', async () => {
    const { users, notes } = await keysOf([[{ path: `${folder}/a`, body: 'no key' }, key(vendor, 'b')]], {});
    expect(users).to.deep.equal(['Vendor']);
    expect(notes).to.have.length(1);
    expect(notes[0]).to.match(/^the base's \/etc\/pki\/rpm-gpg\/a gives no key: /);
  });

  it('are said to be missing where there are none', async () => {
    expect(await keysOf([[]], {})).to.deep.equal({
      users: undefined,
      notes: ['the base has no key in /etc/pki/rpm-gpg'],
    });
  });
});
