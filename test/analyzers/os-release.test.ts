import { expect } from 'chai';
import { osRelease, parseOsRelease } from '../../src/analyzers/os-release.js';
import { factsOf } from '../../src/layer/facts.js';
import { needShared } from '../support/shared.js';
import { stackOf, walked } from '../layer/walked.js';
import { rootfsNames, walkedRootfs } from './rootfs.js';

const nothing = { id: '', idLike: [], versionId: '', prettyName: '' };

describe('analyzers/os-release', () => {
  for (const [title, text, expected] of [
    ['quoted and bare values', 'ID="rhel"\nVERSION_ID=9.4\n', { id: 'rhel', versionId: '9.4' }],
    ['single quotes, in which a backslash is one', "ID='a\\b'", { id: 'a\\b' }],
    ['escapes in double quotes', 'PRETTY_NAME="a \\"b\\" \\$c"', { prettyName: 'a "b" $c' }],
    ['several likes', 'ID_LIKE="rhel  centos fedora"', { idLike: ['rhel', 'centos', 'fedora'] }],
    ['the name where there is no pretty one', 'NAME=Alpine', { prettyName: 'Alpine' }],
    ['the last of several', 'ID=a\nID=b', { id: 'b' }],
    ['carriage returns and spaces', '  ID=a \r\n', { id: 'a' }],
    ['no comment, no lower case, nothing without a value', '#ID=a\nid=b\nID\n=c\nexport ID=d', {}],
    ['a lone quote', 'ID="', { id: '"' }],
    ['nothing', '', {}],
  ] as const) {
    it(`reads ${title}`, () => {
      expect(parseOsRelease(Buffer.from(text))).to.deep.equal({ ...nothing, ...expected });
    });
  }

  it('reads bytes that are no text', () => {
    expect(parseOsRelease(Uint8Array.of(0x49, 0x44, 0x3d, 0xff, 0x0a)).id).to.equal('\ufffd');
  });

  it('takes both places, the content of a hard link, and nothing of a symlink or of what is too long', async () => {
    const body = 'ID=one';
    const layers = [
      [
        { path: 'etc/os-release', linkname: '../usr/lib/os-release' },
        { path: 'usr/lib/os-release', body },
      ],
      [{ path: 'x', body }, { path: 'etc/os-release', type: 'hardlink', linkname: 'x' } as const],
      [{ path: 'etc/os-release', body: `${body}\n`.repeat(10_000) }],
    ];
    const found = await Promise.all(layers.map(async (layer) => (await walked(layer)).found['os-release']));
    expect(found).to.deep.equal([
      [{ ...nothing, id: 'one', path: 'usr/lib/os-release' }],
      [{ ...nothing, id: 'one', path: 'etc/os-release' }],
      [],
    ]);
  });

  it('takes the last of several in a layer, and of the layers the highest', async () => {
    const stack = await stackOf(
      [{ path: 'etc/os-release', body: 'ID=a' }],
      [
        { path: 'etc/os-release', body: 'ID=b' },
        { path: 'etc/os-release', body: 'ID=c' },
      ],
    );
    expect(stack.visible(osRelease).map(({ fact }) => fact.id)).to.deep.equal(['c']);
  });

  for (const name of rootfsNames()) {
    it(`knows ${name} by its own name`, async function () {
      needShared(this, 'data', 'rootfs');
      const [found] = factsOf(await walkedRootfs(name), osRelease);
      const [, id = '', version = ''] = /^([a-z]+)-(?:[a-z]+-)*([a-z0-9.]+)?/.exec(name) ?? [];
      expect(found?.id).to.equal(id);
      if (id === 'alpine') expect(found?.versionId).to.equal(version);
    });
  }
});
