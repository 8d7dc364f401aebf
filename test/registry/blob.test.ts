import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import type { Descriptor } from '../../src/oci/descriptor.js';
import { digestOf } from '../../src/oci/digest.js';
import { FakeRegistry, type Hook } from '../support/fake-registry.js';
import { drain, failureOf } from '../source/failure.js';
import { withClient } from './rig.js';

const content = randomBytes(300_000);

describe('registry/blob', () => {
  let registry: FakeRegistry;
  let blob: Descriptor;

  beforeEach(async () => {
    registry = await FakeRegistry.start();
    blob = registry.putBlob(content);
  });
  afterEach(() => registry.close());

  const fetch = (descriptor = blob): Promise<Uint8Array> =>
    withClient(registry, {}, (client) => drain(client.blob(registry.host, 'public/app', descriptor)));
  const ranges = (): (string | undefined)[] => registry.requests.map(({ headers }) => headers.range);
  const bend = (hook: Hook, times?: number): void => registry.on(/\/blobs\//, hook, times);

  it('streams a blob', async () => {
    expect(digestOf(await fetch())).to.equal(blob.digest);
    expect(ranges()).to.deep.equal([undefined]);
  });

  it('streams an empty blob, and one without Content-Length', async () => {
    expect(await fetch(registry.putBlob(''))).to.have.length(0);
    bend((answer) => ({ ...answer, chunked: true }));
    expect(digestOf(await fetch())).to.equal(blob.digest);
  });

  it('goes on where the stream broke off, as often as it makes progress', async () => {
    bend((answer) => ({ ...answer, cutAt: 100_000 }), 2);
    expect(digestOf(await fetch())).to.equal(blob.digest);
    expect(ranges()).to.deep.equal([undefined, 'bytes=100000-', 'bytes=200000-']);
  });

  it('skips what it had when the server ignores the range', async () => {
    bend((answer) => ({ ...answer, cutAt: 100_000 }), 1);
    bend((answer) => ({ ...answer, noRange: true }));
    expect(digestOf(await fetch())).to.equal(blob.digest);
  });

  const wrongRanges: readonly [string, string][] = [
    ['starts elsewhere', 'bytes 99999-299999/300000'],
    ['ends elsewhere', 'bytes 100000-299998/300000'],
    ['is of another size', 'bytes 100000-299999/300001'],
    ['is missing', ''],
  ];
  for (const [title, range] of wrongRanges) {
    it(`starts over when the part that comes ${title}`, async () => {
      bend((answer) => ({ ...answer, cutAt: 100_000 }), 1);
      bend((answer, { headers }) => {
        if (headers.range === undefined) return undefined;
        const body = answer.body.subarray(100_000);
        return { ...answer, status: 206, noRange: true, headers: { ...answer.headers, 'content-range': range }, body };
      });
      expect(digestOf(await fetch())).to.equal(blob.digest);
      expect(ranges()).to.deep.equal([undefined, 'bytes=100000-', undefined]);
    });
  }

  it('gives up when three fresh tries in a row bring nothing more', async () => {
    bend((answer) => ({ ...answer, cutAt: 0 }));
    await failureOf('network', () => fetch());
    expect(registry.requests).to.have.length(4);
  });

  it('does not resume for ever, however small the steps', async () => {
    bend((answer) => ({ ...answer, cutAt: 1 }));
    await failureOf('network', () => fetch());
    expect(registry.requests.length).to.be.lessThan(40);
  });

  it('fails at once when another length is announced', async () => {
    const error = await failureOf('integrity', () => fetch({ ...blob, size: 299_999 }));
    expect(error.message).to.equal('size mismatch: expected 299999 bytes, the registry announces 300000');
  });

  it('yields no more than the descriptor says of a stream that goes on', async () => {
    bend((answer) => ({ ...answer, endless: true }));
    let had = 0;
    const work = withClient(registry, {}, async (client) => {
      for await (const part of client.blob(registry.host, 'public/app', blob)) had += part.byteLength;
    });
    const error = await failureOf('integrity', () => work);
    expect(error.message).to.equal('size mismatch: expected 300000 bytes, got more');
    expect(had).to.be.at.most(300_000);
  });

  it('fails when the stream ends early as if that were all', async () => {
    bend((answer) => ({ ...answer, chunked: true, body: answer.body.subarray(0, 5) }));
    const error = await failureOf('integrity', () => fetch());
    expect(error.message).to.equal('size mismatch: expected 300000 bytes, got 5');
  });

  it('says that a blob is missing', async () => {
    const error = await failureOf('missing', () => fetch({ ...blob, digest: digestOf(Buffer.from('no')) }));
    expect(error.message).to.equal('the registry does not have the blob: BLOB_UNKNOWN: blob unknown to registry');
    expect(error.hint).to.match(/pushed again/);
  });

  it('lets go of the connection when the reader stops early', async () => {
    bend((answer) => ({ ...answer, endless: true }));
    await withClient(registry, {}, async (client) => {
      for await (const part of client.blob(registry.host, 'public/app', blob)) {
        expect(part.byteLength).to.be.greaterThan(0);
        break;
      }
    });
  });

  it('resumes after a stall', async () => {
    bend((answer) => ({ ...answer, stallAt: 50_000 }), 1);
    const got = await withClient(registry, { timeouts: { stall: 50 } }, (client) =>
      drain(client.blob(registry.host, 'public/app', blob)),
    );
    expect(digestOf(got)).to.equal(blob.digest);
  });
});
