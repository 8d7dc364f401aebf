import { harden } from '../../src/advise/harden.js';
import type { Advice, Hardening, Setting } from '../../src/advise/advice.js';
import type { Examination } from '../../src/examination/examination.js';
import { buildHardenReport, type HardenReport } from '../../src/report/harden-report.js';
import type { TarInput } from '../support/build-tar.js';
import { runExamination, type RunGiven } from '../checks/run-rig.js';
import { database } from '../examination/rig.js';

/** security.capability, revision 2: these permitted, in effect at once unless told. */
export function capability(bits: readonly number[], effective = true): { readonly xattrs: Record<string, Uint8Array> } {
  const bytes = Buffer.alloc(20);
  bytes.writeUInt32LE(0x02000000 | (effective ? 1 : 0), 0);
  bytes.writeUInt32LE(
    bits.reduce((sum, bit) => sum + 2 ** bit, 0),
    4,
  );
  return { xattrs: { 'security.capability': bytes } };
}

export const capNumbers = { setuid: 7, setpcap: 8, netBindService: 10, netRaw: 13, sysAdmin: 21 } as const;

export const passwd: TarInput = {
  path: 'etc/passwd',
  body: 'root:x:0:0:root:/root:/bin/sh\napp:x:1001:1001::/:/bin/sh\n',
};

/** Images as people make them, by name. */
export const imagesByName = {
  nginx: {
    run: { ExposedPorts: { '80/tcp': {} }, Entrypoint: ['/docker-entrypoint.sh'], Cmd: ['nginx', '-g', 'daemon off;'] },
    layers: [
      [
        database('nginx 1:1.20.1-14.el9', 'bash 5.1.8-6.el9'),
        { path: 'var/cache/nginx/', mode: 0o755 },
        { path: 'var/log/nginx/', mode: 0o755 },
        { path: 'var/log/nginx/access.log', linkname: '/dev/stdout' },
      ],
    ],
  },
  app: {
    run: { User: '1001', ExposedPorts: { '8080/tcp': {} }, Cmd: ['/opt/app/server'] },
    layers: [[database('bash 5.1.8-6.el9'), passwd]],
  },
  chrony: {
    run: { Cmd: ['/usr/sbin/chronyd', '-d'], ExposedPorts: { '123/udp': {} } },
    layers: [[database('chrony 4.3-1.el9'), { path: 'var/lib/chrony/' }, { path: 'run/chrony/' }]],
  },
  postgres: {
    run: {
      Entrypoint: ['docker-entrypoint.sh'],
      Cmd: ['postgres'],
      ExposedPorts: { '5432/tcp': {} },
      Volumes: { '/var/lib/pgsql/data': {} },
    },
    layers: [[database('postgresql-server 13.11-1.el9'), { path: 'var/lib/pgsql/' }, { path: 'run/postgresql/' }]],
  },
  ping: {
    run: { User: 'app', Entrypoint: ['ping'], Cmd: ['-c', '1', 'localhost'] },
    layers: [
      [
        database('iputils 20210202-8.el9'),
        passwd,
        { path: 'usr/bin/ping', mode: 0o755, body: 'ping', ...capability([capNumbers.netRaw]) },
      ],
    ],
  },
  systemd: {
    run: { Cmd: ['/sbin/init'], StopSignal: 'SIGRTMIN+3' },
    layers: [[database('systemd 252-18.el9', 'openssh-server 8.7p1-34.el9')]],
  },
  sudo: {
    run: { User: '1001', Cmd: ['sudo', '-E', 'httpd', '-DFOREGROUND'] },
    layers: [
      [
        database('sudo 1.9.5p2-9.el9', 'httpd 2.4.57-5.el9'),
        passwd,
        { path: 'usr/bin/sudo', mode: 0o4111, body: 'sudo' },
      ],
    ],
  },
} satisfies Record<string, RunGiven>;

export async function adviseOn(given: RunGiven): Promise<Hardening> {
  return harden(await runExamination(given));
}

export async function reportOn(given: RunGiven, also: Partial<Examination> = {}): Promise<HardenReport> {
  const examination = { ...(await runExamination(given)), ...also };
  return buildHardenReport(examination, harden(examination));
}

/** The values of one setting; those that one engine is told, where it is named. */
export function valuesOf({ advice }: Pick<Hardening, 'advice'>, setting: Setting, engine?: Advice['engines'][number]) {
  return advice
    .filter((one) => one.setting === setting && (engine === undefined || one.engines.includes(engine)))
    .map(({ value }) => value);
}
