import { expect } from 'chai';
import { compareConfigs, type ConfigDifference } from '../../src/freshness/config-differences.js';
import { parsePlatform } from '../../src/oci/platform.js';
import type { Image } from '../../src/source/image.js';
import { resolveImage } from '../../src/source/resolve.js';
import { verified } from '../../src/source/verified.js';
import { buildImage, MemoryTransport } from '../support/build-image.js';
import { buildTar } from '../support/build-tar.js';

type Fields = Readonly<Record<string, unknown>>;

async function imageOf(config: Fields | undefined, platform = 'linux/amd64'): Promise<Image> {
  const built = buildImage({ layers: [buildTar([])], platform, config: config ? { config } : { config: null } });
  return resolveImage(verified(new MemoryTransport(built)), { platform: parsePlatform(platform) });
}

/** `Env PATH: a -> b`, with `none` for what is absent. */
function words(differences: readonly ConfigDifference[]): string[] {
  const text = (value: ConfigDifference['from']): string =>
    value === undefined ? 'none' : typeof value === 'string' ? `'${value}'` : value.join('|');
  return differences.map(
    ({ field, key, from, to }) => `${field}${key === undefined ? '' : ` ${key}`}: ${text(from)} -> ${text(to)}`,
  );
}

describe('compareConfigs', () => {
  const cases: readonly (readonly [what: string, from: Fields | undefined, to: Fields | undefined, words: string[]])[] =
    [
      ['nothing where neither says anything', undefined, {}, []],
      ['nothing where what is empty stands beside what is absent', { User: '', Cmd: [], Env: null }, undefined, []],
      ['the user', { User: 'root' }, { User: '1001' }, ["User: 'root' -> '1001'"]],
      ['a user that was not named before', {}, { User: '1001' }, ["User: none -> '1001'"]],
      ['the folder', { WorkingDir: '/' }, { WorkingDir: '/app' }, ["WorkingDir: '/' -> '/app'"]],
      ['how it is stopped', { StopSignal: 'SIGTERM' }, {}, ["StopSignal: 'SIGTERM' -> none"]],
      [
        'commands word by word',
        { Entrypoint: ['a', 'b c'], Cmd: ['x'] },
        { Entrypoint: ['a b', 'c'], Cmd: ['x'] },
        ['Entrypoint: a|b c -> a b|c'],
      ],
      [
        'ports, with tcp where none is said',
        { ExposedPorts: { '80': {}, '53/udp': {} } },
        { ExposedPorts: { '80/tcp': {}, '443/tcp': {} } },
        ["ExposedPorts 443/tcp: none -> ''", "ExposedPorts 53/udp: '' -> none"],
      ],
      [
        'volumes',
        { Volumes: { '/a': {} } },
        { Volumes: { '/b': {} } },
        ["Volumes /a: '' -> none", "Volumes /b: none -> ''"],
      ],
      ['variables by name, not by place', { Env: ['A=1', 'B=2'] }, { Env: ['B=2', 'A=1'] }, []],
      ['variables whose value has an equals sign', { Env: ['A=x=1'] }, { Env: ['A=x=2'] }, ["Env A: 'x=1' -> 'x=2'"]],
      ['of a variable that is set twice the last', { Env: ['A=1', 'A=2'] }, { Env: ['A=2'] }, []],
      [
        'a variable that is set to nothing',
        { Env: [] },
        { Env: ['A=', 'B'] },
        ["Env A: none -> ''", "Env B: none -> ''"],
      ],
      [
        'labels',
        { Labels: { version: '1', gone: 'x', constructor: 'y' } },
        { Labels: { version: '2', constructor: 'y' } },
        ["Labels gone: 'x' -> none", "Labels version: '1' -> '2'"],
      ],
      [
        'a health check member by member',
        { Healthcheck: { Test: ['CMD', 'a'], Interval: 5, Retries: 0 } },
        { Healthcheck: { Test: ['CMD', 'b'], StartPeriod: 7 } },
        [
          "Healthcheck Interval: '5' -> none",
          "Healthcheck StartPeriod: none -> '7'",
          'Healthcheck Test: CMD|a -> CMD|b',
        ],
      ],
      ['nothing of a health check that is none', { Healthcheck: 'no' }, { Healthcheck: { Test: [] } }, []],
    ];
  for (const [what, from, to, expected] of cases) {
    it(`tells ${what}`, async () => {
      expect(words(compareConfigs(await imageOf(from), await imageOf(to)))).to.deep.equal(expected);
    });
  }

  const platforms: readonly (readonly [from: string, to: string, words: string[]])[] = [
    ['linux/amd64', 'linux/arm64', ["Platform: 'linux/amd64' -> 'linux/arm64'"]],
    ['linux/arm64', 'linux/arm64/v8', []],
    ['linux/arm/v6', 'linux/arm/v7', ["Platform: 'linux/arm/v6' -> 'linux/arm/v7'"]],
  ];
  for (const [from, to, expected] of platforms) {
    it(`tells ${expected.length === 0 ? 'nothing of' : 'the platforms'} ${from} and ${to}`, async () => {
      const [a, b] = [await imageOf({}, from), await imageOf({}, to)];
      expect(words(compareConfigs(a, b))).to.deep.equal(expected);
    });
  }
});
