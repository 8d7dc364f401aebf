import { expect } from 'chai';
import {
  annotationOf,
  readIntermediates,
  readLeaf,
  readSignature,
  requireAnnotation,
} from '../../src/signature/cosign-annotation.js';
import { names } from '../support/cosign.js';
import { ecKey, issue, publicPem } from '../support/x509.js';

const certificates = Array.from({ length: 11 }, (_, i) => issue({ name: `number ${i}` }));

describe('signature/cosign-annotation', () => {
  it('reads the names that cosign writes, not the one its specification once gives', () => {
    expect(annotationOf({ 'dev.sigstore.cosign/certificate': 'x' }, 'certificate')).to.equal('x');
    expect(annotationOf({ 'dev.cosignproject.cosign/certificate': 'x' }, 'certificate')).to.equal(undefined);
    expect(() => requireAnnotation({}, 'bundle')).to.throw('it lacks the annotation dev.sigstore.cosign/bundle');
  });

  it('takes nothing from the prototype for an annotation', () => {
    const inherited = Object.create({ [names.bundle]: '{}' }) as Record<string, string>;
    expect(annotationOf(inherited, 'bundle')).to.equal(undefined);
  });

  it('decodes a signature with line breaks in its base64', () => {
    const text = 'AAECAwQF\r\nBgcICQ==\n';
    expect([...readSignature({ [names.signature]: text })]).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  for (const text of ['', '\n', 'AAECA', 'AA EC', 'AAE_', 'AAE=C', '=AAE', 'AAECAA==AAAA', 'ÄÄÄÄ', 'A===']) {
    it(`refuses ${JSON.stringify(text)} for a signature`, () => {
      expect(() => readSignature({ [names.signature]: text }))
        .to.throw(/is empty|not base64/)
        .with.property('kind', 'hostile');
    });
  }

  it('leaves the last certificate of the chain out, where the root stands', () => {
    const subjects = (count: number): string[] => {
      const chain = certificates.slice(0, count).map(({ pem }) => pem);
      return readIntermediates({ [names.chain]: chain.join('') }).map(({ subject }) => subject);
    };
    expect(subjects(0)).to.deep.equal([]);
    expect(subjects(1)).to.deep.equal([]);
    expect(subjects(3)).to.deep.equal(['CN=number 0', 'CN=number 1']);
    expect(subjects(10)).to.have.lengthOf(9);
    expect(() => subjects(11)).to.throw('has more than 10 PEM blocks');
    expect(readIntermediates({})).to.deep.equal([]);
  });

  it('demands exactly one certificate of whoever signed', () => {
    const leaf = (text: string) => readLeaf({ [names.certificate]: text });
    const [one, two] = certificates.map(({ pem }) => pem);
    expect(leaf(one ?? '').subject).to.equal('CN=number 0');
    expect(() => leaf(`${one}${two}`)).to.throw('expected one certificate in dev.sigstore.cosign/certificate, got 2');
    expect(() => leaf('')).to.throw('got none');
    expect(() => leaf('hello')).to.throw('got none');
  });

  it('does not take a bare public key for a certificate (GHSA-fx35-mq7g-6g98)', () => {
    const text = publicPem(ecKey());
    expect(() => readLeaf({ [names.certificate]: text })).to.throw('expected a PEM block CERTIFICATE, got PUBLIC KEY');
  });
});
