import type { Evidence, Outcome } from '../../src/checks/check.js';
import type { ReportedFinding } from '../../src/report/findings-report.js';
import type { LintReport } from '../../src/report/lint-report.js';
import type { Report } from '../../src/report/report.js';

/** What a terminal, an XML parser, a workflow runner or a reader of messages could take for an order. */
export const hostileText =
  'a\r\n::error::b \u001b[31mred\u0007 ]]> <!-- </failure> &amp; "\' %0A [click](https://evil.test) \u202e\udc80\ud800\uffff\u0000 , :';

const layer = `sha256:${'a'.repeat(64)}`;
const digest = `sha256:${'b'.repeat(64)}` as const;

/** One piece of each kind of evidence. */
export const everyEvidence: readonly Evidence[] = [
  { type: 'file', layer, path: '/usr/bin/sudo', instruction: 'RUN dnf install sudo' },
  { type: 'file', layer, path: '/root/a b:c%\udcff/\u202ekey', line: 7 },
  { type: 'layer', layer },
  { type: 'package', name: 'bash.x86_64', image: '5.1-1', other: '5.1-2' },
  { type: 'upstream', reference: 'r.test:5000/base:1', digest },
  { type: 'signature', mechanism: 'cosign', from: 'tag', digest, outcome: 'valid' },
  { type: 'document', digest, field: 'config.User' },
  { type: 'connection', host: 'r.test:443', protocol: 'TLSv1.3' },
];

function finding(
  check: string,
  outcome: Outcome,
  required: boolean,
  message: string,
  more: Partial<ReportedFinding> = {},
): ReportedFinding {
  return { check, outcome, required, message, evidence: [], ...more };
}

const image = { reference: 'r.test:5000/team/app:1', digest, platform: 'linux/amd64' };

/** An image with a finding of every sort, and one that could not be had. */
export const reports: readonly Report[] = [
  {
    schemaVersion: 1,
    image,
    verdict: { outcome: 'fail', exitCode: 1, rebuild: false },
    signatures: [],
    tls: [],
    layers: [],
    findings: [
      finding('base-current', 'fail', true, 'r.test/base: an older release', {
        remedy: 'rebuild it',
        evidence: everyEvidence.slice(4, 5),
      }),
      finding('setuid', 'fail', false, '2 setuid files of its own', { evidence: everyEvidence }),
      finding('setuid', 'fail', false, '/usr/bin/ping (1 of 2)', {
        evidence: everyEvidence.slice(0, 1),
        waived: { until: '2030-12-31', by: 'net <team>', reason: 'needs "raw" sockets', from: 'p.yaml:3' },
      }),
      finding('packages-signed', 'unknown', true, 'a signature of a kind that is not read'),
      finding('user-not-root', 'unknown', false, hostileText, { remedy: hostileText }),
      finding('signature', 'unknown', false, 'signatures were not looked for', { idle: true }),
      finding('tls', 'pass', true, hostileText),
    ],
    exceptions: [],
    remarks: [],
  },
  {
    schemaVersion: 1,
    image: { reference: 'oci-archive:/srv/x y.tar' },
    verdict: { outcome: 'unknown', exitCode: 13, rebuild: false },
    error: { kind: 'missing', message: hostileText, subject: '/srv/x y.tar', hint: 'look elsewhere' },
    signatures: [],
    tls: [],
    layers: [],
    findings: [],
    remarks: [],
  },
];

const place = { file: 'web/Dockerfile', line: 3, column: 5 };

export const lintReport: LintReport = {
  schemaVersion: 1,
  files: [
    { file: 'web/Dockerfile', kind: 'dockerfile', suppressed: 1, omitted: 2 },
    { file: '/etc/docker/daemon.json', kind: 'daemon-json', suppressed: 0, omitted: 0 },
    {
      file: 'a:b,c%\r\n::error::d.yaml',
      suppressed: 0,
      omitted: 0,
      error: { message: 'not YAML', line: 2, column: 9, hint: 'render it' },
    },
  ],
  findings: [
    { rule: 'image-pinned', ...place, message: 'not pinned', severity: 'warning', remedy: 'pin it' },
    { rule: 'run-as-non-root', ...place, message: hostileText, severity: 'error', remedy: 'end with USER' },
    { rule: 'read-only-root', ...place, line: 9, message: 'writable', severity: 'note' },
  ],
  summary: { files: 3, unread: 1, errors: 1, warnings: 1, notes: 1, suppressed: 1, omitted: 2 },
  exitCode: 1,
};
