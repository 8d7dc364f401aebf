import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { analyzers, fileAnalyzers } from '../src/analyzers/all.js';
import { checks } from '../src/checks/all.js';
import { kinds } from '../src/core/error.js';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Floors from the ground up; rooms on one floor do not import each other. */
const floors: readonly (readonly string[])[] = [
  ['core'],
  ['oci', 'archive', 'openpgp', 'secrets'],
  ['attestation', 'containers', 'rpm', 'x509'],
  ['repodata'],
  ['registry', 'state'],
  ['source'],
  ['repository'],
  ['layer', 'signature'],
  ['analyzers'],
  ['freshness'],
  ['examination'],
  ['advise', 'checks', 'lint'],
  ['policy'],
  ['report'],
  ['cli'],
];
const floorOf = new Map(floors.flatMap((rooms, floor) => rooms.map((room) => [room, floor])));

/** Rooms that judge or parse: no files, no network, no clock, no environment. */
const pure = [
  'core',
  'oci',
  'archive',
  'openpgp',
  'secrets',
  'attestation',
  'rpm',
  'x509',
  'containers',
  'repodata',
  'analyzers',
  'advise',
  'checks',
  'lint',
  'policy',
  'report',
];

function filesUnder(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesUnder(path) : [path];
  });
}

const sources = filesUnder(join(root, 'src'))
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'))
  .map((path) => ({ path: relative(root, path), text: readFileSync(path, 'utf8') }));
const tests = filesUnder(join(root, 'test')).filter((path) => path.endsWith('.test.ts'));

function roomOf(path: string): string {
  return path.split('/')[1] ?? '';
}

/** Relative imports, type imports and dynamic ones included. */
function importsOf(path: string, text: string): string[] {
  return [...text.matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)].map((found) =>
    relative(root, resolve(join(root, dirname(path)), found[1] ?? '')).replace(/\.js$/, '.ts'),
  );
}

/** Code without comments and strings. */
function bare(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '').replace(/'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/g, "''");
}

describe('the house', () => {
  it('lets every file import only from its own room or from a lower floor', () => {
    const wrong = sources.flatMap(({ path, text }) => {
      const room = roomOf(path);
      const floor = floorOf.get(room);
      if (floor === undefined) return [`${path}: room ${room} has no floor`];
      return importsOf(path, text)
        .filter((target) => roomOf(target) !== room && (floorOf.get(roomOf(target)) ?? 99) >= floor)
        .map((target) => `${path} -> ${target}`);
    });
    expect(wrong).to.deep.equal([]);
  });

  it('keeps files short: 250 lines of source, 400 of a test', () => {
    const long = [
      ...sources.map(({ path, text }) => ({ path, lines: text.split('\n').length - 1, limit: 250 })),
      ...tests.map((path) => ({
        path: relative(root, path),
        lines: readFileSync(path, 'utf8').split('\n').length - 1,
        limit: 400,
      })),
    ].filter(({ lines, limit }) => lines > limit);
    expect(long).to.deep.equal([]);
  });

  it('keeps the judging and parsing rooms pure', () => {
    const impure =
      /from 'node:(?:fs|net|tls|http|https|child_process|os)|\bprocess\.|\bDate\.now\(|new Date\(\)|\bfetch\(/;
    const wrong = sources.filter(
      ({ path, text }) => pure.includes(roomOf(path)) && impure.test(text.replace(/\/\*[\s\S]*?\*\//g, '')),
    );
    expect(wrong.map(({ path }) => path)).to.deep.equal([]);
  });

  it('has no default export, barrel, enum, any, pipe or swallowed error', () => {
    const wrong = sources.flatMap(({ path, text }) => {
      const code = bare(text);
      return [
        [/\bexport default\b/, 'default export'],
        [/\benum\s+\w+\s*\{/, 'enum'],
        [/(?::|\bas|<)\s*any\b/, 'any'],
        [/\.pipe\(/, 'pipe'],
        [/catch\s*(?:\([^)]*\))?\s*\{\s*\}/, 'swallowed error'],
      ]
        .filter(([form]) => (form as RegExp).test(code))
        .map(([, word]) => `${path}: ${String(word)}`);
    });
    const barrels = sources.filter(({ path }) => basename(path) === 'index.ts').map(({ path }) => path);
    expect([...wrong, ...barrels]).to.deep.equal([]);
  });

  it('has a source file for every test of a room', () => {
    const known = new Set(sources.map(({ path }) => path.replace(/^src\//, '').replace(/\.ts$/, '')));
    const rooms = new Set(floors.flat());
    const lost = tests
      .map((path) => relative(join(root, 'test'), path).replace(/\.test\.ts$/, ''))
      .filter((path) => rooms.has(path.split('/')[0] ?? '') && !known.has(path));
    expect(lost).to.deep.equal([]);
  });

  it('has every check and analyzer in its table, sorted by name', () => {
    const ids = checks.map((check) => check.id);
    const tables = [analyzers, fileAnalyzers].map((table) => table.map((analyzer) => analyzer.name));
    for (const table of tables) expect(table).to.deep.equal([...table].sort());
    const names = tables.flat().sort();
    const files = (room: string, declares: RegExp): string[] =>
      sources
        .filter(({ path, text }) => roomOf(path) === room && declares.test(text))
        .map(({ path }) => basename(path, '.ts'))
        .sort();
    expect(ids).to.deep.equal(files('checks', /^export const \w+: Check = /m));
    expect(names).to.deep.equal(files('analyzers', /^export const \w+: Analyzer</m));
  });

  it('documents every kind of error with its exit code', () => {
    const text = readFileSync(join(root, 'docs/exit-codes.md'), 'utf8');
    for (const [kind, { exit }] of Object.entries(kinds)) {
      expect(text, kind).to.match(new RegExp(`\\| ${exit} \\| ${kind} \\|`));
    }
  });

  it('documents every check', () => {
    const text = readFileSync(join(root, 'docs/policy.md'), 'utf8');
    for (const { id } of checks) expect(text).to.include(`| ${id} |`);
  });

  it('names no path of one machine', () => {
    const wrong = [...sources.map(({ path }) => path), ...tests.map((path) => relative(root, path))].filter((path) =>
      /\/(?:home|work|Users)\/[a-z]/.test(
        readFileSync(join(root, path), 'utf8').replace(/\/(?:home|work|Users)\/\[a-z\]/g, ''),
      ),
    );
    expect(wrong.filter((path) => path !== 'test/house.test.ts')).to.deep.equal([]);
  });
});
