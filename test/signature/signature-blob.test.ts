import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { readSignatureBlob } from '../../src/signature/signature-blob.js';
import { needShared } from '../support/shared.js';

const sigstore = (body: unknown): Buffer =>
  Buffer.from(`\0sigstore-json\n${typeof body === 'string' ? body : JSON.stringify(body)}`);
const sound = { mimeType: 'text/plain', payload: Buffer.from('{}').toString('base64'), annotations: { a: 'b' } };

describe('signature/signature-blob', () => {
  it('takes what begins as OpenPGP messages do for one, as it is', () => {
    for (const first of [0xa0, 0xa1, 0xa2, 0xa3, 0xc8, 0x90, 0x91, 0x92, 0x93, 0xc4, 0x88, 0x89, 0x8a, 0x8b, 0xc2]) {
      const bytes = Buffer.of(first, 1, 2);
      expect(readSignatureBlob(bytes), first.toString(16)).to.deep.equal({ kind: 'simple-signing', blob: bytes });
    }
  });

  it('takes a message out of its wrapping', () => {
    const read = readSignatureBlob(Buffer.from('\0simple-signing\n\u0001\n2', 'latin1'));
    expect(read).to.deep.equal({ kind: 'simple-signing', blob: Buffer.of(1, 10, 50) });
  });

  it('takes payload, annotations and media type from the form for cosign', () => {
    const { mimeType: mediaType } = sound;
    const read = readSignatureBlob(sigstore(sound));
    expect({ ...read }).to.deep.include({ kind: 'cosign', mediaType, payload: Buffer.from('{}') });
    expect(read.kind === 'cosign' && { ...read.annotations }).to.deep.equal({ a: 'b' });
  });

  it('does not support a kind with another name', () => {
    expect(() => readSignatureBlob(Buffer.from('\0new-kind\nbody')))
      .to.throw('expected a signature of kind simple-signing or sigstore-json, got new-kind')
      .with.property('kind', 'unsupported');
  });

  const refused: readonly (readonly [string, Uint8Array, string])[] = [
    ['an empty file', Buffer.of(), 'got an empty file'],
    ['ASCII armor', Buffer.from('-----BEGIN PGP MESSAGE-----\n'), 'got byte 45'],
    ['an encrypted message', Buffer.of(0x84), 'got byte 132'],
    ['bare data', Buffer.of(0xcb), 'got byte 203'],
    ['JSON alone', Buffer.from('{}'), 'got byte 123'],
    ['a name without an end', Buffer.concat([Buffer.of(0), Buffer.alloc(100, 97)]), 'expected the name of a kind'],
    ['text that is no JSON', sigstore('{'), 'signature is not JSON'],
    ['another JSON', sigstore([]), 'signature is not an object'],
    ['a member twice', sigstore('{"payload":"","payload":""}'), 'has the member "payload" twice'],
    ['no payload', sigstore({ ...sound, payload: undefined }), 'signature.payload is missing'],
    ['no media type', sigstore({ ...sound, mimeType: undefined }), 'signature.mimeType is missing'],
    ['a payload that is no base64', sigstore({ ...sound, payload: 'e30' }), 'signature.payload: it is not base64'],
    ['a payload of base64 for URLs', sigstore({ ...sound, payload: '_-8=' }), 'signature.payload: it is not base64'],
    ['annotations that are no text', sigstore({ ...sound, annotations: { a: 1 } }), 'annotations.a is not a string'],
    ['more than 4 MiB', Buffer.alloc(4 * 1024 * 1024 + 1, 0xa3), 'at most 4194304 bytes'],
  ];
  for (const [what, bytes, reason] of refused) {
    it(`refuses ${what}`, () => {
      expect(() => readSignatureBlob(bytes))
        .to.throw(reason)
        .with.property('kind', 'hostile');
    });
  }

  it('tells the signatures of the collected images apart by their folders', function () {
    const fixtures = needShared(this, 'data', 'containers-image-fixtures', 'containers-image', 'signature', 'fixtures');
    const kinds = readdirSync(fixtures)
      .filter((name) => name.startsWith('dir-img-'))
      .flatMap((name) => readdirSync(join(fixtures, name)).map((file) => join(name, file)))
      .filter((path) => path.includes('signature-'))
      .map((path) => [path, readSignatureBlob(readFileSync(join(fixtures, path))).kind] as const);
    expect(kinds.length).to.be.greaterThan(15);
    for (const [path, kind] of kinds)
      expect(kind, path).to.equal(path.startsWith('dir-img-cosign') ? 'cosign' : 'simple-signing');
  });
});
