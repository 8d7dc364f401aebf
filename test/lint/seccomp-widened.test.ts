import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { seccompDefault } from '../../src/lint/seccomp-default.js';
import { debianRoot } from '../support/apt-packages.js';
import { debianTool } from '../support/debian.js';
import { describeRule, say } from './rig.js';

const profile = (entry: string, action = 'SCMP_ACT_ERRNO'): string =>
  `{"defaultAction": "${action}",\n "syscalls": [\n${entry}\n]}`;
const allow = (names: string, more = ''): string => `{"names": [${names}], "action": "SCMP_ACT_ALLOW"${more}}`;

describeRule('seccomp-widened', [
  ['takes what the default allows', 'a.json', profile(allow('"read", "write", "clone"'))],
  [
    'names a call that the default blocks',
    'a.json',
    profile(allow('"read", "kexec_load"')),
    '3:20 warning: kexec_load, which the default blocks',
  ],
  ['names a call that the default does not know', 'a.json', profile(allow('"frobnicate"')), '3:12 warning: frobnicate'],
  ['names a call that needs a capability', 'a.json', profile(allow('"bpf"')), '3:12 warning: only with CAP_SYS_ADMIN'],
  [
    'takes it with that capability, not with another',
    'a.json',
    profile(
      `${allow('"bpf"', ', "includes": {"caps": ["CAP_SYS_ADMIN"]}')},\n${allow('"bpf"', ', "includes": {"caps": ["CAP_CHOWN"]}')}`,
    ),
    '4:12 warning: bpf',
  ],
  [
    'names a call whose arguments the default narrows',
    'a.json',
    profile(allow('"personality"')),
    '3:12 warning: with any arguments',
  ],
  [
    'takes it with arguments',
    'a.json',
    profile(allow('"personality"', ', "args": [{"index": 0, "value": 0, "op": "SCMP_CMP_EQ"}]')),
  ],
  [
    'reads the older form of one name',
    'a.json',
    profile('{"name": "bpf", "action": "SCMP_ACT_LOG"}'),
    '3:10 warning: bpf',
  ],
  ['takes what is refused', 'a.json', profile('{"names": ["bpf"], "action": "SCMP_ACT_ERRNO"}')],
  [
    'refuses a profile that allows whatever it does not name',
    'a.json',
    profile('{"names": ["bpf", "kexec_load"], "action": "SCMP_ACT_ERRNO"}', 'SCMP_ACT_ALLOW'),
    '1:19 error: every call that it does not name, among them',
  ],
]);

describe('seccomp-widened beside the profile that its table was made from', () => {
  it('finds nothing in the profile itself, and everything that is added to it', async function () {
    this.timeout(300_000);
    await debianTool(this, 'skopeo');
    const path = join(await debianRoot(), 'usr/share/containers/seccomp.json');
    const text = readFileSync(path, 'utf8');
    expect(await say('seccomp-widened', 'seccomp.json', text)).to.deep.equal([]);
    const own = JSON.parse(text) as {
      syscalls: { names: string[]; action: string; includes?: { caps?: string[] }; args?: unknown[] }[];
    };
    const conditional = own.syscalls.filter((one) => one.action === 'SCMP_ACT_ALLOW' && one.includes?.caps?.length);
    for (const one of conditional) delete one.includes;
    const found = await say('seccomp-widened', 'seccomp.json', JSON.stringify(own));
    const named = found.map((one) => /allows (\w+)/.exec(one)?.[1]).sort();
    const anyhow = own.syscalls.filter((one) => one.action === 'SCMP_ACT_ALLOW' && !conditional.includes(one));
    const free = new Set(anyhow.filter((one) => !one.args?.length).flatMap(({ names }) => names));
    expect(named).to.deep.equal(
      conditional
        .flatMap(({ names }) => names)
        .filter((call) => !free.has(call))
        .sort(),
    );
  });

  it('has every call once', () => {
    const { allowed, narrowed, blocked, withCapability } = seccompDefault;
    const all = [...allowed, ...narrowed, ...blocked];
    expect(
      Object.values(withCapability)
        .flat()
        .filter((call) => new Set<string>(allowed).has(call)),
    ).to.deep.equal([]);
    expect(all.length).to.equal(new Set(all).size);
    expect(allowed.length).to.be.greaterThan(300);
  });
});
