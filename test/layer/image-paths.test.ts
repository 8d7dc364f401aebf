import { expect } from 'chai';
import { ImagePaths, type PathLink } from '../../src/layer/image-paths.js';

const link = (text: string): PathLink => {
  const [path = '', target = ''] = text.split(' -> ');
  return { path, target };
};
const pathsOf = (...links: readonly string[]): ImagePaths => new ImagePaths(links.map(link));

describe('layer/image-paths', () => {
  const cases: readonly (readonly [string, readonly string[], string, string | undefined, string | undefined])[] = [
    ['leaves a path without links', [], 'usr/bin/su', 'usr/bin/su', 'usr/bin/su'],
    ['follows a relative link above', ['bin -> usr/bin'], 'bin/su', 'usr/bin/su', 'usr/bin/su'],
    ['follows an absolute one', ['bin -> /usr/bin/'], 'bin/su', 'usr/bin/su', 'usr/bin/su'],
    ['follows itself only when asked to', ['etc/x -> y'], 'etc/x', 'etc/x', 'etc/y'],
    ['follows links in links', ['sbin -> bin', 'bin -> usr/bin'], 'sbin/ip', 'usr/bin/ip', 'usr/bin/ip'],
    ['follows .. from where the link lies', ['var/run -> ../run'], 'var/run/x', 'run/x', 'run/x'],
    ['follows .. after a link from where that leads', ['a/b -> ../c/d', 'e -> a/b/../f'], 'e/x', 'c/f/x', 'c/f/x'],
    ['stops .. at the root', ['a -> ../../../b'], 'a/x', 'b/x', 'b/x'],
    ['follows a link to the root', ['a -> /'], 'a/x', 'x', 'x'],
    ['passes over what is no link', ['a/b/c -> d'], 'a/b/x/c/y', 'a/b/x/c/y', 'a/b/x/c/y'],
    ['gives up on a circle', ['a -> b', 'b -> a'], 'a/x', undefined, undefined],
    ['gives up on a link to itself', ['a -> a'], 'a/x', undefined, undefined],
    ['gives up on one that grows', ['a -> a/b'], 'a/x', undefined, undefined],
    ['follows forty links', Array.from({ length: 40 }, (_, i) => `l${i} -> l${i + 1}`), 'l0/x', 'l40/x', 'l40/x'],
    ['but not one more', Array.from({ length: 41 }, (_, i) => `l${i} -> l${i + 1}`), 'l0/x', undefined, undefined],
  ];
  for (const [title, links, path, resolved, followed] of cases) {
    it(title, () => {
      const paths = pathsOf(...links);
      expect([paths.resolve(path), paths.follow(path)]).to.deep.equal([resolved, followed]);
      expect([paths.resolve(path), paths.follow(path)], 'asked again').to.deep.equal([resolved, followed]);
    });
  }

  it('names a path both ways through a merged /usr', () => {
    const paths = pathsOf('bin -> usr/bin', 'sbin -> usr/sbin', 'usr/sbin -> bin');
    for (const path of ['usr/bin/su', 'bin/su', 'sbin/su', 'usr/sbin/su']) {
      expect(paths.names(path)[0], path).to.equal('usr/bin/su');
      expect([...paths.names(path)].sort()).to.deep.equal(['bin/su', 'sbin/su', 'usr/bin/su', 'usr/sbin/su']);
    }
    expect(paths.names('usr/lib/x')).to.deep.equal(['usr/lib/x']);
  });

  it('names a path through a link that lies behind another', () => {
    const names = pathsOf('opt/tool -> /srv/tool', 'usr/opt -> ../opt').names('srv/tool/x');
    expect([...names].sort()).to.deep.equal(['opt/tool/x', 'srv/tool/x', 'usr/opt/tool/x']);
  });

  it('gives no more than 32 names', () => {
    const links = Array.from({ length: 100 }, (_, i) => `l${i} -> d`);
    expect(pathsOf(...links).names('d/x')).to.have.length(32);
  });

  it('takes as long as the path is, however deep', () => {
    const deep = Array.from({ length: 2000 }, () => 'd').join('/');
    const paths = pathsOf(`${deep} -> /x`);
    for (let i = 0; i < 2000; i++) expect(paths.resolve(`${deep}/${i}/y`)).to.equal(`x/${i}/y`);
  });
});
