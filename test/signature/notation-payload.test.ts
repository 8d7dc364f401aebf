import { expect } from 'chai';
import { parseNotationPayload, targetFault } from '../../src/signature/notation-payload.js';
import { target } from '../support/notation.js';
import { failureOf } from '../source/failure.js';

const parse = (text: string) => parseNotationPayload(Buffer.from(text));

describe('parseNotationPayload', () => {
  it('reads the target, with whatever else the signer put beside it', () => {
    const annotations = { 'io.wabbit-networks.buildId': '123' };
    const read = parse(JSON.stringify({ targetArtifact: { ...target, annotations, artifactType: 'a/b' }, other: 1 }));
    expect(read).to.include({ ...target, artifactType: 'a/b' });
    expect({ ...read.annotations }).to.deep.equal(annotations);
  });

  for (const text of [
    '',
    '[]',
    '{}',
    '{"targetArtifact":null}',
    '{"targetArtifact":{}}',
    `{"targetArtifact":${JSON.stringify(target)},"targetArtifact":${JSON.stringify(target)}}`,
    JSON.stringify({ targetArtifact: { ...target, size: '481' } }),
    JSON.stringify({ targetArtifact: { ...target, size: -1 } }),
    JSON.stringify({ targetArtifact: { ...target, digest: 'md5:00' } }),
    `\ufeff${JSON.stringify({ targetArtifact: target })}`,
    `${JSON.stringify({ targetArtifact: target })} x`,
  ]) {
    it(`refuses ${JSON.stringify(text.slice(0, 60))}`, async () => {
      await failureOf('hostile', async () => parse(text));
    });
  }
});

describe('targetFault', () => {
  it('says what differs, expected first, and compares nothing but digest, media type and size', () => {
    expect(targetFault({ ...target, annotations: { a: 'b' } }, target)).to.equal(undefined);
    expect(targetFault({ ...target, size: 480 }, target)).to.equal('expected a signature of 481 bytes, got one of 480');
    const other = { ...target, digest: `sha512:${'ab'.repeat(64)}` } as const;
    expect(targetFault(other, target)).to.equal(`expected a signature of ${target.digest}, got one of ${other.digest}`);
    expect(targetFault({ ...target, mediaType: 'a/b' }, target)).to.include('got one of "a/b"');
  });
});
