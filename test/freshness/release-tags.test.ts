import { expect } from 'chai';
import fc from 'fast-check';
import {
  compareReleaseTags,
  higherElsewhere,
  orderReleases,
  parseReleaseTag,
  releasesUnder,
} from '../../src/freshness/release-tags.js';

const tagsOf = (tags: string, asked?: string, architecture = 'amd64'): string | undefined =>
  orderReleases(tags.split(' '), asked, architecture)
    ?.map((one) => one.tag)
    .join(' ');

describe('parseReleaseTag', () => {
  const releases: readonly [tag: string, version: string, build: string, variant: string, shape: string][] = [
    ['9.4', '9.4', '', '', 'version.2'],
    ['v1.2.3', '1.2.3', '', '', 'version.3'],
    ['9.4-1123.1716471860', '9.4', '1123.1716471860', '', 'version.2-build'],
    ['9.4-1123', '9.4', '1123', '', 'version.2-build'],
    ['3.20.3-amd64', '3.20.3', '', '-amd64', 'version.3'],
    ['1.2-arm64v8', '1.2', '', '-arm64v8', 'version.2'],
    ['1.2-arm32v7', '1.2', '', '-arm32v7', 'version.2'],
    ['1.2_x86_64', '1.2', '', '_x86_64', 'version.2'],
    ['1.27.0-alpine3.20', '1.27.0', '', '-alpine', 'version.3'],
    ['1.27.0-alpine3.20-s390x', '1.27.0', '', '-alpine-s390x', 'version.3'],
    ['20240523', '20240523', '', '', 'date8.1'],
    ['2024-05-23', '2024', '05-23', '', 'date4.1-build'],
    ['2024.05.23', '2024.05.23', '', '', 'date4.3'],
    ['20240523.1', '20240523.1', '', '', 'date8.2'],
    ['20241341', '20241341', '', '', 'version.1'],
    ['40', '40', '', '', 'version.1'],
  ];
  for (const [tag, version, build, variant, shape] of releases) {
    it(`reads ${tag}`, () => {
      expect(parseReleaseTag(tag)).to.include({ tag, version, build, variant, shape });
    });
  }

  const others =
    'latest stable edge ubi9 jammy-20240530 1.2.3-rc1 1.2.3-beta.2 2.0.0-0.rc1 9.4-1123-source 9.4-1123.17-src 1.2-SNAPSHOT 1.2-nightly a1b2c3d 1.2rc1 1..2 1.2- sha256-0123456789abcdef.sig v 1234567890123456 1.2.3.4.5.6';
  for (const tag of others.split(' ')) {
    it(`takes ${tag} for no release`, () => {
      expect(parseReleaseTag(tag)).to.equal(undefined);
    });
  }

  it('reads the longest tag there can be in one step', () => {
    expect(parseReleaseTag(`1${'-1.'.repeat(42)}`)).to.equal(undefined);
    expect(parseReleaseTag('9.'.repeat(64))).to.equal(undefined);
  });
});

describe('compareReleaseTags', () => {
  const ascending: readonly string[] = [
    '9.4-1123 9.4-1123.1716471860 9.4-1194 9.4-1227 9.5-730 9.10-1',
    '1.2.3 v1.2.4 1.10.0 v2.0.0',
    '20231124 20240523 20240611',
    '2024-05-09 2024-05-23 2025-01-01',
    '1.27.0-alpine3.19 1.27.0-alpine3.20 1.27.1-alpine3.18',
  ];
  for (const line of ascending) {
    it(`orders ${line}`, () => {
      const tags = line.split(' ');
      for (const [i, a] of tags.entries()) {
        for (const [j, b] of tags.entries()) {
          const [one, other] = [parseReleaseTag(a), parseReleaseTag(b)];
          if (!one || !other) throw new Error(`${a} or ${b} is no release`);
          expect(compareReleaseTags(one, other), `${a} and ${b}`).to.equal(Math.sign(i - j));
        }
      }
    });
  }

  it('is an order: whatever the list, sorting it twice is sorting it once', () => {
    const part = fc.nat({ max: 12 });
    const tag = fc.tuple(part, part, part).map((parts) => parts.join('.'));
    fc.assert(
      fc.property(fc.array(tag, { maxLength: 12 }), (tags) => {
        const once = orderReleases(tags, undefined, 'amd64')?.map((one) => one.tag) ?? [];
        const twice = orderReleases([...once].reverse(), undefined, 'amd64')?.map((one) => one.tag) ?? [];
        expect(twice).to.deep.equal(once);
      }),
    );
  });
});

describe('orderReleases', () => {
  const cases: readonly [what: string, tags: string, asked: string | undefined, ordered: string | undefined][] = [
    ['the finest shape for a name without version', '9.4 9.4-1123 9.5-730 latest 9 9.5', 'latest', '9.5-730 9.4-1123'],
    ['the shape of the tag asked for', '9.4 9.4-1123 9.5-730 latest 9 9.5', '9.4', '9.5 9.4'],
    ['dates among themselves', '20231124 20240523 9.3 9.4 10', '20231124', '20240523 20231124'],
    ['no sources and candidates', '9.4-1 9.4-2-source 9.4-3-rc1 9.4-2', 'latest', '9.4-2 9.4-1'],
    ['one flavour', '1.26-alpine 1.27-alpine 1.28 1.27-slim', '1.26-alpine', '1.27-alpine 1.26-alpine'],
    ['the architecture asked for', '1.1-arm64v8 1.2-arm32v7 1.2-arm64v8', '1.1-arm64v8', '1.2-arm64v8 1.1-arm64v8'],
    ['none where no tag is a release', 'latest stable jammy', 'latest', undefined],
    ['none for a list without tags', '', 'latest', undefined],
    ['none where the own shape has gone', 'latest 10.1', '20240101', undefined],
  ];
  for (const [what, tags, asked, ordered] of cases) {
    it(`gives ${what}`, () => {
      expect(tagsOf(tags, asked)).to.equal(ordered);
    });
  }

  it('takes the suffix of its own architecture for none, and no other', () => {
    const tags = '1.1 1.2-arm64 1.3-amd64 1.2-aarch64 1.4-riscv64';
    expect(tagsOf(tags, 'latest', 'arm64')).to.equal('1.2-arm64 1.2-aarch64 1.1');
    expect(tagsOf(tags, 'latest', 'amd64')).to.equal('1.3-amd64 1.1');
    expect(tagsOf(tags, 'latest', 'riscv64')).to.equal('1.4-riscv64 1.1');
  });

  it('orders a hundred thousand tags', () => {
    const tags = Array.from({ length: 100_000 }, (_, i) => `9.${i % 10}-${i}`);
    const ordered = orderReleases(tags, undefined, 'amd64');
    expect(ordered?.length).to.equal(100_000);
    expect(ordered?.[0]?.tag).to.equal('9.9-99999');
  });
});

describe('releasesUnder', () => {
  const cases: readonly [what: string, tags: string, asked: string | undefined, under: string][] = [
    ['the builds of a version', '9.4-1123 9.4-1227 9.5-1 9.4 9 latest', '9.4', '9.4-1227 9.4-1123'],
    ['the finest of a major version', '9.4-1123 9.5-730 9.4 9.5 8.10-1 9', '9', '9.5-730 9.4-1123'],
    ['the versions of a major one', '3.11 3.12 3.9 2.7 3 latest', '3', '3.12 3.11 3.9'],
    ['one flavour', '3.12-slim 3.12 3.11-slim 3-slim', '3-slim', '3.12-slim 3.11-slim'],
    ['the architecture’s own', '3.12-amd64 3.13-arm64 3.11', '3', '3.12-amd64 3.11'],
    ['no version that only begins alike', '90.1 91 9', '9', ''],
    ['nothing for a build', '9.4-1123 9.4-1123.5', '9.4-1123', ''],
    ['nothing for a name', '9.4 9.5', 'latest', ''],
    ['nothing for no tag', '9.4 9.5', undefined, ''],
    ['no dates for a version', '20240523 2024.05.23 20', '20', ''],
  ];
  for (const [what, tags, asked, under] of cases) {
    it(`gives ${what}`, () => {
      const found = releasesUnder(tags.split(' '), asked, 'amd64');
      expect(found.map((one) => one.tag).join(' ')).to.equal(under);
    });
  }
});

describe('higherElsewhere', () => {
  const cases: readonly [tags: string, newest: string, higher: string | undefined][] = [
    ['9.4-1123 9.5', '9.4-1123', '9.5'],
    ['9.4-1123 9.4 9 latest', '9.4-1123', undefined],
    ['3.20.3 3.20 3.21', '3.20.3', '3.21'],
    ['3.20 3.20.3', '3.20', undefined],
    ['9.4-1123 1123', '9.4-1123', undefined],
    ['9.4-1123 20240523 2024.05.23', '9.4-1123', undefined],
    ['9.4-1123 9.5-alpine', '9.4-1123', undefined],
    ['20240523 9.5', '20240523', undefined],
  ];
  for (const [tags, newest, higher] of cases) {
    it(`finds ${higher ?? 'nothing'} above ${newest} in ${tags}`, () => {
      const release = parseReleaseTag(newest);
      if (!release) throw new Error('no release');
      expect(higherElsewhere(tags.split(' '), release)).to.equal(higher);
    });
  }
});
