import { expect } from 'chai';
import { ImgcheckError } from '../../src/core/error.js';
import { XmlReader, type XmlHandler } from '../../src/repodata/xml.js';

/** What a handler that wants every text hears, as one line. */
async function events(document: string | Uint8Array, size = 1 << 20): Promise<string> {
  const heard: string[] = [];
  const handler: XmlHandler = {
    open(name, attributes, depth) {
      const list = Object.entries(attributes).map(([key, value]) => ` ${key}=${value}`);
      heard.push(`<${name}${list.join('')}@${depth}`);
      return true;
    },
    close: (name, text, depth) => void heard.push(`${text}/${name}@${depth}`),
  };
  try {
    const reader = await XmlReader.open(handler, 'file');
    const bytes = Buffer.from(document);
    for (let at = 0; at < bytes.length; at += size) reader.write(bytes.subarray(at, at + size));
    reader.end();
  } catch (error) {
    if (!(error instanceof ImgcheckError)) throw error;
    return `${error.kind}: ${error.message}`;
  }
  return heard.join(' ');
}

function inner(content: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><a>${content}</a>`;
}

describe('XmlReader', () => {
  const documents: readonly [title: string, document: string, expected: string][] = [
    ['announces elements with attributes and depth', '<a><b c="1" d="2"/></a>', '<a@1 <b c=1 d=2@2 /b@2 /a@1'],
    ['leaves out prefixes', '<r:a xmlns:r="u"><r:b/></r:a>', '<a xmlns:r=u@1 <b@2 /b@2 /a@1'],
    ['trims the text that was asked for', '<a> x\ty\n</a>', '<a@1 x\ty/a@1'],
    ['takes CDATA for text', '<a>x<![CDATA[<&]]>y</a>', '<a@1 x<&y/a@1'],
    [
      'knows the five entities and characters by number',
      '<a>&lt;&gt;&amp;&quot;&apos;&#65;&#x42;</a>',
      `<a@1 <>&"'AB/a@1`,
    ],
    ['passes over comments and instructions', '<a><!-- <b/> --><?c d?>x</a>', '<a@1 x/a@1'],
    ['takes a byte order mark', '\ufeff<a/>', '<a@1 /a@1'],
    ['reads what is not ASCII', '<a>Grüße 🚢</a>', '<a@1 Grüße 🚢/a@1'],
  ];
  for (const [title, document, expected] of documents) {
    it(title, async () => {
      expect(await events(document)).to.equal(expected);
      expect(await events(document, 1)).to.equal(expected);
    });
  }

  const refused: readonly [title: string, document: string | Uint8Array, expected: RegExp][] = [
    ['a document type', '<!DOCTYPE a><a/>', /^hostile: file: it has a document type declaration/],
    [
      'a billion laughs',
      `<!DOCTYPE a [<!ENTITY x "${'l'.repeat(100)}"><!ENTITY y "${'&x;'.repeat(100)}">]><a>&y;</a>`,
      /document type/,
    ],
    ['an external entity', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', /document type/],
    ['an entity that is not declared', '<a>&x;</a>', /^hostile: file: not well-formed XML/],
    ['a tag that is not closed', '<a><b></a>', /not well-formed/],
    ['a document that ends early', '<a><b/>', /not well-formed/],
    ['an empty document', '', /not well-formed/],
    ['two roots', '<a/><b/>', /not well-formed/],
    ['an attribute twice', '<a b="1" b="2"/>', /not well-formed/],
    ['a control character', '<a>\u0001</a>', /not well-formed/],
    [
      'another encoding',
      '<?xml version="1.0" encoding="ISO-8859-1"?><a/>',
      /^unsupported: file: XML in the encoding ISO-8859-1/,
    ],
    ['what is not UTF-8', Buffer.from('<a>\xff</a>', 'latin1'), /^hostile: file: it is not UTF-8/],
    ['a character that is cut off', Buffer.from('<a/>\xc3', 'latin1'), /not UTF-8/],
    ['nesting without end', '<a>'.repeat(100), /nested more than 32 deep/],
    ['a text of 5 MiB', inner('x'.repeat(5 << 20)), /exceeds 4194304 characters/],
    ['a comment of 5 MiB', inner(`<!--${'x'.repeat(5 << 20)}-->`), /exceeds 4194304 characters/],
    ['an attribute of 5 MiB', inner(`<b c="${'x'.repeat(5 << 20)}"/>`), /exceeds 4194304 characters/],
    [
      'a tag of 500,000 attributes',
      inner(`<b ${Array.from({ length: 500_000 }, (_, i) => `a${i}=""`).join(' ')}/>`),
      /exceeds 4194304/,
    ],
    ['a wanted text of 100 KiB', inner('x'.repeat(100 << 10)), /a text exceeds 65536 characters/],
  ];
  for (const [title, document, expected] of refused) {
    it(`refuses ${title}`, async () => expect(await events(document)).to.match(expected));
  }

  it('passes over a long text that nobody asked for', async () => {
    let closed = 0;
    const reader = await XmlReader.open({ open: () => false, close: () => closed++ }, 'file');
    reader.write(Buffer.from(inner('x'.repeat(1 << 20))));
    reader.end();
    expect(closed).to.equal(1);
  });
});
