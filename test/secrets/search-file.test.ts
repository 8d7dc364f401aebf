import { expect } from 'chai';
import { Lines } from '../../src/secrets/hit.js';
import { searchFile } from '../../src/secrets/search-file.js';
import { opensshKey, plantedKeys, plantedTokens } from '../support/planted-secrets.js';

const token = plantedTokens()[0]?.secret ?? '';
const google = plantedTokens().find((one) => one.kind === 'Google API key')?.secret ?? '';
const [key] = plantedKeys();

function search(path: string, text: string | Uint8Array, size?: number): string[] {
  const bytes = Buffer.from(text);
  const { hits, complete } = searchFile({ path, size: size ?? bytes.length }, bytes);
  const words = hits.map(({ kind, line, column }) => `${kind}${line === undefined ? '' : ` ${line}:${column}`}`);
  return complete ? words : [...words, 'not all of it'];
}

describe('secrets/search-file', () => {
  it('tells line and column of tokens and keys, in the order of the file', () => {
    const text = `# é\nkey: |\n${key?.secret}\ntoken: ${token} # ${token}\n`;
    const line = text.split('\n').findIndex((one) => one.startsWith('token')) + 1;
    expect(search('app/a.yml', text)).to.deep.equal([
      'private key 3:1',
      `GitHub token ${line}:8`,
      `GitHub token ${line}:${8 + token.length + 3}`,
    ]);
  });

  it('counts once what is a token and a credential of its file', () => {
    expect(search('root/.npmrc', `//r.io/:_authToken=${token}\n`)).to.deep.equal(['GitHub token 1:20']);
    const encoded = Buffer.from(key?.secret ?? '').toString('base64');
    const config = `    client-key-data: ${encoded}\n`;
    expect(search('root/.kube/config', config)).to.deep.equal(['private key in base64 1:22']);
  });

  it('names a key by its place and surroundings', () => {
    expect(search('etc/ssh/ssh_host_ed25519_key', opensshKey('none').secret)).to.deep.equal(['SSH host key 1:1']);
    const account = JSON.stringify({ type: 'service_account', private_key: key?.secret }, null, 1);
    expect(search('app/a.json', account)).to.deep.equal(['Google service account key 3:18']);
  });

  it('passes over Google’s keys in the source of programs, not in their settings', () => {
    expect(search('app/client.py', `KEY = "${google}"`)).to.deep.equal([]);
    expect(search('app/settings.json', `{"key":"${google}"}`)).to.deep.equal(['Google API key 1:9']);
  });

  it('searches what is no text for keys in armour alone', () => {
    const program = Buffer.concat([Buffer.from('\x7fELF\0'), Buffer.from(`${token}\0${key?.secret}`)]);
    expect(search('usr/bin/a', program)).to.deep.equal(['private key']);
    const text = Buffer.concat([Buffer.alloc(8192, 'a\n'), Buffer.from(`\0 ${token}`)]);
    expect(search('var/a', text)).to.deep.equal(['GitHub token 4097:3']);
  });

  it('says when it had a part only', () => {
    expect(search('a', 'abc', 10)).to.deep.equal(['not all of it']);
    expect(search('a', `${token}\n`, 99)).to.deep.equal(['GitHub token 1:1', 'not all of it']);
  });
});

describe('secrets/hit', () => {
  it('looks up lines and columns of places in rising order', () => {
    const lines = new Lines('ab\n\ncd\r\n');
    const places = [0, 1, 2, 3, 4, 5, 7];
    expect(
      places.map((from) => lines.hit({ kind: '', from, to: from })).map(({ line, column }) => `${line}:${column}`),
    ).to.deep.equal(['1:1', '1:2', '1:3', '2:1', '3:1', '3:2', '3:4']);
  });
});
