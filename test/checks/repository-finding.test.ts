import { expect } from 'chai';
import { packagesCurrent } from '../../src/checks/packages-current.js';
import { judgeRepositories } from '../../src/checks/repository-finding.js';
import type { RepositoryFindings } from '../../src/examination/repositories.js';
import type { BehindPackage, RepositoryComparison } from '../../src/freshness/repository-comparison.js';
import { database } from '../examination/rig.js';
import { packageOf } from '../support/packages.js';
import { answer, examinationOf, now } from './rig.js';

const day = 86_400;
const today = now.getTime() / 1000;
const location = 'https://r.test/repo/';

function behind(name: string, more: Partial<BehindPackage> = {}): BehindPackage {
  return {
    package: packageOf('1-1', { name }),
    newest: { name, epoch: 0, version: '2', release: '1', arch: 'x86_64', checksum: { algorithm: 'sha256', hex: '' } },
    repository: location,
    advisories: [],
    ...more,
  };
}

function findings(comparison: Partial<RepositoryComparison> | undefined, problem?: string): RepositoryFindings {
  const none: RepositoryComparison = { behind: [], unknown: [], current: 0, ahead: 0, absent: 0 };
  return {
    asked: [
      { location, remarks: [] },
      ...(problem === undefined ? [] : [{ location: 'https://r.test/other/', remarks: [], problem }]),
    ],
    comparison: comparison && { ...none, ...comparison },
  };
}

describe('packages beside repositories', () => {
  async function judged(given: RepositoryFindings): Promise<string> {
    const { content } = await examinationOf({ layers: [[database('bash 1-1')]] });
    if (!content) throw new Error('layers were read');
    const { outcome, message } = judgeRepositories(given, content, now, 'rebuild');
    return `${outcome}: ${message}`;
  }

  it('pass where nothing is older', async () => {
    expect(await judged(findings({ current: 3, ahead: 1, absent: 2 }))).to.equal(
      `pass: no package is older than in ${location}: 3 current, 1 newer, 2 not in it`,
    );
  });

  it('fail for what is older, the worst advisory first, and since when', async () => {
    const openssl = behind('openssl', {
      advisories: [
        { id: 'T-1', type: 'bugfix', severity: 'none' },
        { id: 'T-2', type: 'security', severity: 'critical' },
      ],
      since: today - 12 * day,
    });
    expect(await judged(findings({ behind: [behind('bash'), openssl], current: 1 }))).to.equal(
      `fail: 2 of its packages are older than in ${location} (1 current): openssl 1-1 < 2-1 (T-2 critical and 1 more, superseded for 12 days), bash 1-1 < 2-1`,
    );
  });

  it('are unknown where a repository could not be had, though nothing is older in the others', async () => {
    expect(await judged(findings({ current: 3 }, 'the connection was refused'))).to.match(
      /^unknown: no package is older .*; not compared: https:\/\/r\.test\/other\/: the connection was refused$/,
    );
  });

  it('are unknown where none could be had, where none knows a package, and for modules of unknown stream', async () => {
    expect(await judged(findings(undefined, 'gone'))).to.equal(
      'unknown: no repository could be read: https://r.test/other/: gone',
    );
    expect(await judged(findings({ absent: 9 }))).to.match(/^unknown: /);
    const lost = { package: packageOf('1-1', { name: 'perl' }), reason: 'stream-not-said' } as const;
    expect(await judged(findings({ current: 3, unknown: [lost] }))).to.match(
      /^unknown: .*1 of unknown module streams$/,
    );
  });

  it('are one finding of packages-current, before that of the base', async () => {
    const repositories = findings({ current: 1 });
    const examination = await examinationOf({ layers: [[database('bash 1-1')]], also: { repositories } });
    expect(answer(packagesCurrent, examination)).to.have.length(1);
  });
});
