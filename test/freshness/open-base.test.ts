import { expect } from 'chai';
import type { ErrorKind } from '../../src/core/error.js';
import { openBase } from '../../src/freshness/open-base.js';
import { parseReference } from '../../src/oci/reference.js';
import { FakeUpstream, makeImage } from './rig.js';

const base = parseReference('r.test/base:9');

describe('openBase', () => {
  it('opens a base of the same platform, arm64 and arm64/v8 being one', async () => {
    const upstream = new FakeUpstream();
    const image = await upstream.put('r.test/base:9', { layers: ['a'], platform: 'linux/arm64/v8' });
    const asked = await makeImage('r.test/app:1', { layers: ['a'], platform: 'linux/arm64' });
    expect(await openBase(upstream, base, asked)).to.deep.equal({ ok: true, value: image });
  });

  it('says that a lone manifest is for another platform', async () => {
    const upstream = new FakeUpstream();
    await upstream.put('r.test/base:9', { layers: ['a'], platform: 'linux/arm64' });
    const opened = await openBase(upstream, base, await makeImage('r.test/app:1', { layers: ['a'] }));
    if (opened.ok) throw new Error('it was opened');
    expect(opened.error).to.include({
      kind: 'missing',
      message: 'expected an image for linux/amd64, got one for linux/arm64',
      subject: 'r.test/base:9',
    });
  });

  const kinds: readonly ErrorKind[] = ['network', 'tls', 'auth', 'missing', 'integrity', 'hostile', 'unsupported'];
  for (const kind of kinds) {
    it(`makes an answer of a failure of kind ${kind}`, async () => {
      const upstream = new FakeUpstream();
      upstream.fail('r.test/base:9', kind);
      const opened = await openBase(upstream, base, await makeImage('r.test/app:1', { layers: ['a'] }));
      expect(opened.ok ? undefined : opened.error.kind).to.equal(kind);
    });
  }
});
