import { expect } from 'chai';
import { packageStory } from '../../src/analyzers/package-story.js';
import { updateLayers } from '../../src/freshness/update-layers.js';
import { Squash } from '../../src/layer/squash.js';
import type { TarInput } from '../support/build-tar.js';
import { buildRpmHeader } from '../support/rpm-header.js';
import { buildSqlite } from '../support/rpm-sqlite.js';
import { buildFrom, databasePath, openBuilt, readerOf } from '../examination/rig.js';

const now = new Date('2024-06-01T00:00:00Z');
const seconds = (date: string): number => Date.parse(`${date}T12:00:00Z`) / 1000;

/** Packages as `name version installed built`, the dates as days or seconds. */
function holding(...packages: readonly string[]): TarInput[] {
  const number = (text: string): number => (/^\d+$/.test(text) ? Number(text) : seconds(text));
  const headers = packages.map((text) => {
    const [name = '', version = '', installed = '2024-01-05', built = '2024-01-02'] = text.split(' ');
    const times = { installTime: number(installed), buildTime: number(built) };
    return buildRpmHeader({ name, version, release: '1', arch: 'x86_64', ...times });
  });
  return [{ path: databasePath, body: buildSqlite(headers) }];
}

interface Step {
  readonly run?: string;
  readonly created?: string;
  readonly layer?: readonly TarInput[];
}

/** `layer: command, date by what[, gap]` of every update layer. */
async function told(steps: readonly Step[], created = '2024-01-05', first = 0): Promise<string[]> {
  const history = steps.map(({ run = 'COPY x', created: day = '2024-01-05' }) => ({
    created: `${day}T12:00:30Z`,
    created_by: run,
  }));
  const layers = steps.map((step) => step.layer ?? []);
  const { image } = await openBuilt(buildFrom(layers, { history, config: { created: `${created}T12:01:00Z` } }));
  const { facts } = await readerOf().gather(image);
  return updateLayers(image, packageStory(new Squash(facts)), first, now).map(({ layer, step, brought, date, gap }) => {
    const day = date ? `${new Date(date.time).toISOString().slice(0, 10)} by ${date.by}` : 'no date';
    return `${layer}: ${step.command}, ${brought}, ${day}${gap ? `, ${gap.days} before ${gap.event}` : ''}`;
  });
}

const base = holding('a 1 2024-01-01 2023-12-01');
const update: Step = { run: 'RUN /bin/sh -c dnf -y update # buildkit', layer: holding('a 2') };

describe('updateLayers', () => {
  const cases: readonly [it: string, steps: readonly Step[], created: string, told: readonly string[]][] = [
    ['finds none where no step updates', [{ layer: base }, { run: 'RUN dnf install x' }], '2024-01-05', []],
    [
      'dates one by the newest package that it brought',
      [{ layer: base }, { ...update, layer: holding('a 2', 'b 1 2024-01-04', 'c 1 2024-01-05 2024-01-03') }],
      '2024-01-05',
      ['1: dnf update, 3, 2024-01-05 by installed'],
    ],
    [
      'counts a package that was installed anew in the same version',
      [{ layer: base }, { ...update, layer: holding('a 1 2024-01-05 2023-12-01') }],
      '2024-01-05',
      ['1: dnf update, 1, 2024-01-05 by installed'],
    ],
    [
      'counts what a later layer changed again',
      [{ layer: base }, update, { layer: holding('a 3 2024-01-05') }],
      '2024-01-05',
      ['1: dnf update, 1, 2024-01-05 by installed'],
    ],
    [
      'gives none a date that brought nothing',
      [{ layer: base }, { run: 'RUN yum update', created: '2024-04-01' }],
      '2024-04-01',
      ['1: yum update, 0, no date'],
    ],
    [
      'sees by its packages that the layer above was made long after',
      [{ layer: base }, update, { layer: holding('a 2', 'b 1 2024-04-01') }],
      '2024-01-05',
      ['1: dnf update, 1, 2024-01-05 by installed, 87 before layer 3 was made'],
    ],
    [
      'sees by the history that the layer above was made long after',
      [{ layer: base }, update, {}, { created: '2024-04-01' }],
      '2024-01-05',
      ['1: dnf update, 1, 2024-01-05 by installed, 87 before layer 4 was made'],
    ],
    [
      'believes the packages of the layer above before its history',
      [{ layer: base }, update, { created: '2024-04-01', layer: holding('a 2', 'b 1 2024-01-05') }],
      '2024-01-05',
      ['1: dnf update, 1, 2024-01-05 by installed'],
    ],
    [
      'sees that the image was made long after',
      [{ layer: base }, update],
      '2024-01-07',
      ['1: dnf update, 1, 2024-01-05 by installed, 2 before the image was made'],
    ],
    [
      'sees that a layer below was made long after: it was changed under the update',
      [{ layer: base }, { created: '2024-01-15' }, update],
      '2024-01-05',
      ['2: dnf update, 1, 2024-01-05 by installed, 10 before layer 2 below it was made'],
    ],
    [
      'sees that its line of the history was stamped anew',
      [{ layer: base }, { ...update, created: '2024-01-15' }],
      '2024-01-05',
      ['1: dnf update, 1, 2024-01-05 by installed, 10 before the history says that it ran'],
    ],
    [
      'takes no placeholder, and no date that is yet to come, for an event',
      [{ layer: base, created: '2025-01-01' }, { ...update, created: '1970-01-01' }, { created: '2099-01-01' }],
      '9999-01-01',
      ['1: dnf update, 1, 2024-01-05 by installed'],
    ],
    [
      'falls back to the newest build where times of installation are zeroed',
      [{ layer: base }, { ...update, layer: holding('a 2 0') }, { created: '2024-04-01' }],
      '2024-04-01',
      ['1: dnf update, 1, 2024-01-02 by built'],
    ],
    [
      'falls back to the newest build where packages were installed before they were built',
      [{ layer: base }, { ...update, layer: holding('a 2 2024-01-01 2024-01-03') }],
      '2024-01-05',
      ['1: dnf update, 1, 2024-01-03 by built'],
    ],
    [
      'has no date of placeholders alone, nor of the year 2106',
      [{ layer: base }, { ...update, layer: holding('a 2 0 315532800', 'b 1 4294967295 4294967295') }],
      '2024-01-05',
      ['1: dnf update, 2, no date'],
    ],
  ];
  for (const [title, steps, created, expected] of cases) {
    it(title, async () => {
      expect(await told(steps, created)).to.deep.equal(expected);
    });
  }

  it('leaves out those of the base', async () => {
    const twice = [{ ...update, layer: base }, update];
    expect(await told(twice, '2024-01-05', 1)).to.deep.equal(['1: dnf update, 1, 2024-01-05 by installed']);
    expect(await told(twice)).to.have.length(2);
  });

  it('comes to an end with a thousand of them', async () => {
    const many = Array.from({ length: 1000 }, () => ({ run: 'RUN dnf update' }));
    expect(await told(many)).to.have.length(1000);
  });
});
