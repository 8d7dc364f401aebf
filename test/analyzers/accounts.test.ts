import { expect } from 'chai';
import { accounts, parseAccounts } from '../../src/analyzers/accounts.js';
import { factsOf } from '../../src/layer/facts.js';
import { stackOf, walked } from '../layer/walked.js';

describe('analyzers/accounts', () => {
  it('reads names and numbers of passwd and group', async () => {
    const facts = await walked([
      { path: 'etc/passwd', body: 'root:x:0:0:root:/root:/bin/sh\nftp:x:14:50:FTP User:/var/ftp:/sbin/nologin\n' },
      { path: 'etc/group', body: 'root:x:0:\ntty:x:5:a,b\n' },
    ]);
    expect(factsOf(facts, accounts)).to.deep.equal([
      { path: 'etc/passwd', names: ['root', 'ftp'], ids: [0, 14] },
      { path: 'etc/group', names: ['root', 'tty'], ids: [0, 5] },
    ]);
  });

  it('passes over lines that name nobody', () => {
    const text = `# comment\n\n+::::::\n:x:1\nnumber:x:-1\nlong:x:99999999999\n${'n'.repeat(300)}:x:7\nok:x:8`;
    expect(parseAccounts(Buffer.from(text))).to.deep.equal({ names: ['ok'], ids: [8] });
  });

  it('keeps ten thousand of many', () => {
    const text = Array.from({ length: 12_000 }, (_, i) => `u${i}:x:${i}`).join('\n');
    expect(parseAccounts(Buffer.from(text)).names).to.have.length(10_000);
  });

  it('knows nobody where the file is too long or no file', async () => {
    const facts = await walked([
      { path: 'etc/passwd', body: 'x'.repeat(1024 * 1024 + 1) },
      { path: 'etc/group', linkname: 'other' },
    ]);
    expect(factsOf(facts, accounts).map(({ names }) => names)).to.deep.equal([[], []]);
  });

  it('takes the last of two', async () => {
    const stack = await stackOf([
      { path: 'etc/passwd', body: 'a:x:1' },
      { path: 'etc/passwd', body: 'b:x:2' },
    ]);
    expect(stack.visible(accounts).map(({ fact }) => fact.names)).to.deep.equal([['b']]);
  });
});
