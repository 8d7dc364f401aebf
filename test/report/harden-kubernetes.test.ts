import { expect } from 'chai';
import { parseAllDocuments } from 'yaml';
import { renderKubernetes } from '../../src/report/harden-kubernetes.js';
import { imagesByName, reportOn } from '../advise/rig.js';
import { lintText } from '../lint/rig.js';

type Shape = 'string' | 'boolean' | 'number' | { readonly [field: string]: Shape } | readonly [Shape];

/** The fields of core/v1 that may stand in it, by the API reference. */
const pod: Shape = {
  apiVersion: 'string',
  kind: 'string',
  metadata: { name: 'string' },
  spec: {
    automountServiceAccountToken: 'boolean',
    securityContext: {
      runAsNonRoot: 'boolean',
      runAsUser: 'number',
      runAsGroup: 'number',
      seccompProfile: { type: 'string' },
      seLinuxOptions: { type: 'string' },
      sysctls: [{ name: 'string', value: 'string' }],
    },
    containers: [
      {
        name: 'string',
        image: 'string',
        securityContext: {
          privileged: 'boolean',
          allowPrivilegeEscalation: 'boolean',
          readOnlyRootFilesystem: 'boolean',
          capabilities: { drop: ['string'], add: ['string'] },
        },
        volumeMounts: [{ name: 'string', mountPath: 'string' }],
      },
    ],
    volumes: [{ name: 'string', emptyDir: { medium: 'string' } }],
  },
};

function faults(value: unknown, shape: Shape | undefined, path = ''): string[] {
  if (shape === undefined) return [`${path} is no field`];
  if (typeof shape === 'string') return typeof value === shape ? [] : [`${path} is no ${shape}`];
  if (typeof value !== 'object' || value === null) return [`${path} is ${String(value)}`];
  if (Array.isArray(shape)) {
    if (!Array.isArray(value)) return [`${path} is no list`];
    return value.flatMap((one, i) => faults(one, (shape as readonly [Shape])[0], `${path}[${i}]`));
  }
  const fields = shape as Readonly<Record<string, Shape>>;
  return Object.entries(value).flatMap(([key, one]) => faults(one, fields[key], `${path}.${key}`));
}

interface Pod {
  readonly spec: {
    readonly securityContext: { readonly runAsNonRoot?: boolean; readonly runAsUser?: number };
    readonly containers: readonly {
      readonly volumeMounts: readonly { readonly name: string }[];
    }[];
    readonly volumes: readonly { readonly name: string }[];
  };
}

function parsed(text: string): Pod {
  const documents = parseAllDocuments(text, { strict: true });
  expect(documents).to.have.length(1);
  expect(documents[0]?.errors).to.deep.equal([]);
  return documents[0]?.toJS() as Pod;
}

/** What the rules say of it all the same: root, and rights gained, where the image asks for them. */
const expected: Readonly<Record<string, readonly string[]>> = {
  nginx: ['run-as-non-root'],
  app: [],
  chrony: ['run-as-non-root', 'capabilities-added'],
  postgres: ['run-as-non-root'],
  ping: ['privilege-escalation'],
  systemd: ['run-as-non-root', 'read-only-root'],
  sudo: ['privilege-escalation'],
};

describe('renderKubernetes', () => {
  for (const [name, given] of Object.entries(imagesByName)) {
    it(`writes a pod for ${name} of known fields, in which our own rules find only what the image asks for`, async () => {
      const text = renderKubernetes(await reportOn(given));
      const read = parsed(text);
      expect(faults(read, pod)).to.deep.equal([]);
      const volumes = read.spec.volumes.map((one) => one.name);
      expect(new Set(volumes).size).to.equal(volumes.length);
      expect(read.spec.containers[0]?.volumeMounts.map((one) => one.name)).to.deep.equal(volumes);
      const { findings } = await lintText('pod.yaml', text);
      const rules = [...new Set(findings.map(({ rule }) => rule))].sort();
      expect(rules).to.deep.equal([...(expected[name] ?? [])].sort());
    });
  }

  it('asks for a user who is not root only by number', async () => {
    const run = { ...imagesByName.ping.run, User: 'app:0' };
    const { spec } = parsed(renderKubernetes(await reportOn({ ...imagesByName.ping, run })));
    expect(spec.securityContext).to.deep.include({ runAsNonRoot: true, runAsUser: 1001, runAsGroup: 0 });
    const unknown = parsed(renderKubernetes(await reportOn({ run: { User: 'nobody' } })));
    expect(unknown.spec.securityContext).not.to.have.any.keys('runAsNonRoot', 'runAsUser');
  });

  it('lets nothing from the image out of a comment', async () => {
    const report = await reportOn({ run: { User: 'x\nkind: Secret', Cmd: ['/a\n---\nb.sh'] } });
    expect(parsed(renderKubernetes(report))).to.include({ kind: 'Pod' });
  });
});
