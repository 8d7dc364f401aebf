import { expect } from 'chai';
import { canonicalPath, whiteoutOf } from '../../src/archive/entry-path.js';

describe('canonicalPath', () => {
  const cases: readonly [name: string, path: string, oddities?: string][] = [
    ['etc/passwd', 'etc/passwd'],
    ['./etc/passwd', 'etc/passwd'],
    ['etc/', 'etc'],
    ['etc//ssl///', 'etc/ssl'],
    ['a/./b', 'a/b'],
    ['a/.', 'a'],
    ['.', ''],
    ['./', ''],
    ['', ''],
    ['.hidden/.x', '.hidden/.x'],
    ['..x/y..', '..x/y..'],
    ['a/...', 'a/...'],
    ['a\\b', 'a\\b'],
    ['/', '', 'absolute'],
    ['/etc/passwd', 'etc/passwd', 'absolute'],
    ['//x', 'x', 'absolute'],
    ['a/../b', 'b'],
    ['a/b/..', 'a'],
    ['a/..', ''],
    ['..', '', 'escapes'],
    ['../etc/shadow', 'etc/shadow', 'escapes'],
    ['a/../../b', 'b', 'escapes'],
    ['./../x', 'x', 'escapes'],
    ['/a/../b', 'b', 'absolute escapes'],
    ['/..', '', 'absolute escapes'],
    ['a\udc80/b/', 'a\udc80/b'],
  ];
  for (const [name, path, oddities = ''] of cases) {
    it(`makes '${path}' of ${JSON.stringify(name)}${oddities && ` and notes: ${oddities}`}`, () => {
      const expected = { path, escapes: oddities.includes('escapes'), absolute: oddities.includes('absolute') };
      expect(canonicalPath(name)).to.deep.equal(expected);
      expect(canonicalPath(path)).to.deep.equal({ path, escapes: false, absolute: false });
    });
  }
});

describe('whiteoutOf', () => {
  const cases: readonly [path: string, whiteout: ReturnType<typeof whiteoutOf>][] = [
    ['etc/.wh.passwd', { kind: 'whiteout', path: 'etc/passwd' }],
    ['.wh.etc', { kind: 'whiteout', path: 'etc' }],
    ['.wh..hidden', { kind: 'whiteout', path: '.hidden' }],
    ['.wh..wh', { kind: 'whiteout', path: '.wh' }],
    ['.wh....', { kind: 'whiteout', path: '...' }],
    ['var/lib/.wh..wh..opq', { kind: 'opaque', path: 'var/lib' }],
    ['.wh..wh..opq', { kind: 'opaque', path: '' }],
    ['.wh.', { kind: 'odd' }],
    ['a/.wh.', { kind: 'odd' }],
    ['a/.wh..', { kind: 'odd' }],
    ['a/.wh...', { kind: 'odd' }],
    ['.wh..wh.plnk', { kind: 'odd' }],
    ['.wh..wh.aufs', { kind: 'odd' }],
    ['.wh..wh..opq2', { kind: 'odd' }],
    ['a/.wh.b/c', undefined],
    ['a/x.wh.b', undefined],
    ['a/.whb', undefined],
    ['.WH.x', undefined],
    ['', undefined],
  ];
  for (const [path, whiteout] of cases) {
    it(`takes ${JSON.stringify(path)} for ${whiteout ? `${whiteout.kind} ${'path' in whiteout ? `'${whiteout.path}'` : ''}` : 'a plain name'}`, () => {
      expect(whiteoutOf(path)).to.deep.equal(whiteout);
    });
  }
});
