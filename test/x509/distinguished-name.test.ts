import { expect } from 'chai';
import * as fc from 'fast-check';
import { parseChainCertificate } from '../../src/x509/chain-certificate.js';
import {
  ambiguousType,
  attributeOf,
  coversName,
  parseDistinguishedName,
  renderDistinguishedName,
} from '../../src/x509/distinguished-name.js';
import { debianTool } from '../support/debian.js';
import { extensions, NotationWorkshop } from '../support/notation.js';
import { failureOf } from '../source/failure.js';

const flat = (text: string): string[] =>
  parseDistinguishedName(text)
    .flat()
    .map(({ type, value }) => `${type}=${value}`);

describe('parseDistinguishedName', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['C=US,ST=WA,O=Notary', ['C=US', 'ST=WA', 'O=Notary']],
    [
      ' C=US, ST=WA, L=Seattle, O=acme-rockets.io, OU=Finance',
      ['C=US', 'ST=WA', 'L=Seattle', 'O=acme-rockets.io', 'OU=Finance'],
    ],
    ['c=US,S=WA,o=x', ['C=US', 'ST=WA', 'O=x']],
    [String.raw`O=Sue\, Grabbit and Runn`, ['O=Sue, Grabbit and Runn']],
    [String.raw`O=a\;b\\c\"d\+e\<f\>g\=h\#i`, ['O=a;b\\c"d+e<f>g=h#i']],
    [String.raw`O=\ spaced\ `, ['O= spaced ']],
    [String.raw`O=\  two\  , C=US`, ['O=  two ', 'C=US']],
    ['O=  plain  ', ['O=plain']],
    [String.raw`CN=Lu\C4\8Di\C4\87`, ['CN=Lučić']],
    ['CN=Lučić', ['CN=Lučić']],
    ['CN=a=b', ['CN=a=b']],
    [String.raw`CN=\#1`, ['CN=#1']],
  ];
  for (const [text, attributes] of cases) {
    it(`reads ${text}`, () => {
      expect(flat(text)).to.deep.equal(attributes);
    });
  }

  const refused: readonly (readonly [string, RegExp])[] = [
    ['', /expected an attribute/],
    ['C=US,', /expected an attribute/],
    ['US', /expected an attribute/],
    ['COUNTRY=US', /expected an attribute/],
    ['2.5.4.6=US', /expected an attribute/],
    ['C=', /has no value/],
    ['C=  ', /has no value/],
    ['C=US,C=DE', /C is there twice/],
    ['ST=WA,S=WA', /ST is there twice/],
    ['C=US+O=x', /one relative name/],
    ['C=US;O=x', /unescaped ";"/],
    ['O="quoted"', /unescaped/],
    ['O=<x>', /unescaped/],
    ['O=#0401', /hexadecimal/],
    ['O= #0401', /hexadecimal/],
    [String.raw`O=x\q`, /escapes nothing/],
    ['O=x\\', /escapes nothing/],
    [String.raw`O=\FF`, /not UTF-8/],
    [`O=${'x'.repeat(5000)}`, /4096/],
  ];
  for (const [text, message] of refused) {
    it(`refuses ${JSON.stringify(text.slice(0, 20))}`, async () => {
      expect((await failureOf('usage', async () => parseDistinguishedName(text))).message).to.match(message);
    });
  }

  it('reads back whatever name it renders', () => {
    const value = fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' }).filter((text) => !text.includes('\0'));
    fc.assert(
      fc.property(value, value, (o, cn) => {
        const name = [[{ type: 'O', value: o }], [{ type: 'CN', value: cn }]];
        expect(parseDistinguishedName(renderDistinguishedName(name))).to.deep.equal([...name].reverse());
      }),
    );
  });
});

describe('coversName', () => {
  const subject = parseDistinguishedName('C=US,ST=WA,O=Example,OU=Security,CN=signer');
  const cases: readonly (readonly [string, boolean])[] = [
    ['C=US,ST=WA,O=Example', true],
    ['CN=signer,O=Example,ST=WA,C=US', true],
    ['C=US,S=WA,O=Example,OU=Security,CN=signer', true],
    ['C=US,ST=WA,O=example', false],
    ['C=US,ST=WA,O=Example ', true],
    ['C=US,ST=WA,O=Example,L=Seattle', false],
    ['C=US,ST=WA,O=Exampl', false],
    ['C=US,ST=WA,O=Example,CN=*', false],
  ];
  for (const [wanted, covers] of cases) {
    it(`says that a subject ${covers ? 'has' : 'lacks'} ${wanted}`, () => {
      expect(coversName(subject, parseDistinguishedName(wanted))).to.equal(covers);
    });
  }
});

describe('renderDistinguishedName', () => {
  let workshop: NotationWorkshop;

  before(async function () {
    this.timeout(300_000);
    workshop = new NotationWorkshop(await debianTool(this, 'openssl'));
  });
  after(() => workshop?.close());

  it('writes the names of certificates as openssl does by RFC 2253', async function () {
    const openssl = await debianTool(this, 'openssl');
    const subjects = [
      '/C=US/ST=WA/L=Seattle/O=Example, Inc./OU=a\\/b/CN=x\\+y',
      '/DC=org/DC=example/UID=someone/CN=" <quoted>; "',
      '/O=# leading/CN= spaces ',
      '/C=DE/O=Käse & Söhne/CN=ключ',
      '/serialNumber=1234/street=Main Street 1/postalCode=98101/CN=back\\\\slash',
    ];
    for (const subject of subjects) {
      const { files, chain } = await workshop.issue({ subject, extensions: extensions.signer });
      const shown = ['-noout', '-subject', '-nameopt', 'RFC2253,-esc_msb,utf8'];
      const { stdout } = await openssl.run(['x509', '-in', files.certificate, ...shown]);
      const name = parseChainCertificate(chain[0] ?? Buffer.alloc(0)).subject;
      const upper = stdout
        .replace('subject=', '')
        .trimEnd()
        .replace(/serialNumber=|street=|postalCode=/g, (type) => type.toUpperCase());
      expect(renderDistinguishedName(name)).to.equal(upper.replace('\n', ''));
    }
  });

  it('sees what stands several times, or together', async () => {
    const issue = async (subject: string) =>
      parseChainCertificate(
        (await workshop.issue({ subject, extensions: extensions.signer })).chain[0] ?? Buffer.alloc(0),
      ).subject;
    const two = await issue('/C=US/OU=one/OU=two/CN=x');
    expect(ambiguousType(two)).to.equal('OU');
    expect(attributeOf(two, 'OU')).to.equal('two');
    const together = await issue('/C=US/O=x+OU=y/CN=z');
    expect(renderDistinguishedName(together)).to.match(/^CN=z,(?:O=x\+OU=y|OU=y\+O=x),C=US$/);
    expect(ambiguousType(together)).to.match(/^OU?$/);
    expect(ambiguousType(await issue('/C=US/O=x/CN=z'))).to.equal(undefined);
  });
});
