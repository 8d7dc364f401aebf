import { expect } from 'chai';
import { findKeysInBinary, findTokens } from '../../src/secrets/find-tokens.js';
import { tokenShapes } from '../../src/secrets/token-shapes.js';
import { armour, draw, plantedAssignments, plantedKeys, plantedTokens } from '../support/planted-secrets.js';
import { randomFrom } from '../support/random.js';

/** `kind|what is found`. */
function found(text: string): string[] {
  return findTokens(Buffer.from(text, 'latin1')).spans.map(({ kind, from, to }) => `${kind}|${text.slice(from, to)}`);
}

const tokens = plantedTokens();
/** A place amid the part that is drawn: the last but third character. */
const broken = (secret: string): string => `${secret.slice(0, -4)}!${secret.slice(-3)}`;

describe('secrets/find-tokens', () => {
  it('has a sample of every shape in these tests', () => {
    const samples = [...tokens.map((one) => one.secret), ...plantedAssignments().map((one) => one.line)];
    const untried = tokenShapes.filter(({ anchors }) => {
      const tried = samples.filter((sample) => anchors.some((anchor) => sample.includes(anchor)));
      return tried.length === 0;
    });
    expect(untried.map((one) => one.anchors)).to.deep.equal([]);
    const prefixes = tokenShapes.flatMap(({ anchors }) => (anchors.length < 30 ? anchors : []));
    expect(prefixes.filter((prefix) => !samples.some((sample) => sample.includes(prefix)))).to.deep.equal([]);
  });

  for (const { kind, secret } of tokens) {
    const name = `${kind} (${secret.slice(0, 4)}...)`;
    it(`finds a ${name} wherever it stands in a line, and where it begins and ends`, () => {
      for (const text of [secret, `TOKEN=${secret}`, `"k": "${secret}",`, `a\\n${secret}\\n`, `<v>${secret}</v>`]) {
        expect(found(text), text.slice(0, 12)).to.deep.equal([`${kind}|${secret}`]);
      }
    });

    it(`passes over what only looks like a ${name}`, () => {
      const blank = secret.replace(/(?<=.{13})[A-Za-z0-9]/g, 'x');
      for (const text of [broken(secret), secret.slice(0, 12), `X${secret}`, blank]) {
        expect(found(text), `of ${text.length} characters`).to.not.include(`${kind}|${secret}`);
      }
    });
  }

  for (const { kind, secret, line } of plantedAssignments()) {
    it(`finds an ${kind} by the name before it: ${line.slice(0, 16)}`, () => {
      expect(found(line)).to.deep.equal([`${kind}|${secret}`]);
      expect(found(line.replace(secret, broken(secret)))).to.deep.equal([]);
      expect(found(line.replace(secret, '$' + '{AWS_SECRET}'))).to.deep.equal([]);
    });
  }

  for (const [title, text] of [
    ['the keys in the manuals of AWS', 'AKIAIOSFODNN7EXAMPLE wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'],
    ['a key id amid base64', `${'A'.repeat(40)}AKIAQ2W3E4R5T6Y7U2I3${'B'.repeat(40)}`],
    ['a digest', 'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['code that looks for tokens', "if (token.startsWith('ghp_') || /xoxb-[0-9]{10}/.test(token))"],
    ['a variable', 'glpat-$' + '{TOKEN}_______________________'],
    ['a source map', 'AAAA,SAASA,EAAE,CAACC,EAAI,EAAAA;EAAA,EAAAA'],
    ['prose', 'The scheme is pat. sat. hvs. and so on, see https://hooks.slack.com/ for more.'],
  ] as const) {
    it(`finds nothing in ${title}`, () => {
      expect(found(text)).to.deep.equal([]);
    });
  }

  it('finds keys in armour beside tokens, in order', () => {
    const [key] = plantedKeys();
    const [token] = tokens;
    const text = `a ${token?.secret}\n${key?.secret}`;
    expect(findTokens(Buffer.from(text)).spans.map((one) => one.kind)).to.deep.equal(['GitHub token', 'private key']);
  });

  describe('on a mebibyte made to be slow', () => {
    const random = randomFrom(3);
    const mebibyte = (piece: string): Uint8Array => Buffer.from(piece.repeat(Math.ceil((1 << 20) / piece.length)));
    for (const shape of tokenShapes) {
      it(`ends for the ${shape.kind} (${shape.anchors[0]})`, () => {
        const anchor = shape.anchors[0] ?? '';
        const sample = tokens.find((one) => one.kind === shape.kind)?.secret ?? anchor;
        const pieces = [anchor, `${anchor}-`, `-${anchor}${draw('{A300}', random)}`, `${sample.slice(0, -1)}!`];
        for (const piece of pieces) {
          // The number of places looked at is bounded, and so is the work at each: every quantifier has an end.
          const { spans } = findTokens(mebibyte(piece));
          expect(spans.length).to.be.at.most(1000);
        }
        expect(shape.pattern.source).to.not.match(/(?<!\\)[*+](?![^[]*\])|\{\d+,\}/);
      });
    }

    it('says that it did not look at every place of a file full of beginnings, or of secrets', () => {
      expect(findTokens(mebibyte(`${tokens[0]?.secret} `)).complete).to.equal(false);
      expect(findTokens(mebibyte('ghp_ ')).complete).to.equal(false);
      expect(findTokens(mebibyte('some text ')).complete).to.equal(true);
    });

    it('ends for headings of keys without end', () => {
      for (const label of ['RSA PRIVATE KEY', 'PGP PRIVATE KEY BLOCK']) {
        expect(findTokens(mebibyte(`-----BEGIN ${label}-----`)).spans).to.deep.equal([]);
        expect(findTokens(mebibyte(`-----BEGIN ${label}-----\n${draw('{b40}', random)}\n`)).spans).to.deep.equal([]);
        expect(findKeysInBinary(mebibyte(`-----BEGIN ${label}-----\0`))).to.deep.equal([]);
      }
      expect(findTokens(mebibyte('LS0tLS1CRUdJTi')).spans).to.deep.equal([]);
      expect(findTokens(mebibyte('PuTTY-User-Key-File-2: a\n')).spans).to.deep.equal([]);
    });
  });

  describe('in what is no text', () => {
    it('finds keys in armour, and only those', () => {
      const [key] = plantedKeys();
      const bytes = Buffer.concat([Buffer.from('\x7fELF\0\0'), Buffer.from(`${tokens[0]?.secret}\0${key?.secret}\0`)]);
      expect(findKeysInBinary(bytes).map((one) => one.kind)).to.deep.equal(['private key']);
    });

    it('passes over the headings that programs search for, and certificates', () => {
      const heading = '-----BEGIN RSA PRIVATE KEY-----\0-----END RSA PRIVATE KEY-----\0';
      const certificate = armour('CERTIFICATE', draw('M{b63}\n{b64}', randomFrom(9)));
      expect(findKeysInBinary(Buffer.from(heading + certificate))).to.deep.equal([]);
    });
  });
});
