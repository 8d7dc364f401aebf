import { expect } from 'chai';
import { kubernetesContainers } from '../../src/lint/kubernetes.js';
import { parseYaml } from '../../src/lint/yaml-document.js';
import { sourceOf } from './rig.js';

const names = async (text: string): Promise<string[]> =>
  kubernetesContainers(await parseYaml(sourceOf(text, 'a.yaml'))).map(({ name }) => name);
const object = (kind: string, body: string): string => `apiVersion: v1\nkind: ${kind}\nmetadata: {name: x}\n${body}\n`;

describe('kubernetesContainers', () => {
  for (const kind of [
    'Deployment',
    'StatefulSet',
    'DaemonSet',
    'ReplicaSet',
    'ReplicationController',
    'Job',
    'DeploymentConfig',
  ]) {
    it(`finds the containers of a ${kind}`, async () => {
      expect(await names(object(kind, 'spec: {template: {spec: {containers: [{name: c}]}}}'))).to.deep.equal([
        `container c of ${kind} x`,
      ]);
    });
  }

  it('finds those of Pod, PodTemplate and CronJob', async () => {
    const text = [
      object('Pod', 'spec: {containers: [{name: a}]}'),
      object('PodTemplate', 'template: {spec: {containers: [{name: b}]}}'),
      object('CronJob', 'spec: {jobTemplate: {spec: {template: {spec: {containers: [{name: c}]}}}}}'),
    ].join('---\n');
    expect(await names(text)).to.deep.equal([
      'container a of Pod x',
      'container b of PodTemplate x',
      'container c of CronJob x',
    ]);
  });

  it('finds init and ephemeral containers', async () => {
    const lists = ['initContainers: [{name: i}]', 'containers: [{name: c}]', 'ephemeralContainers: [{}]'].join(', ');
    expect(await names(object('Pod', `spec: {${lists}}`))).to.deep.equal([
      'init container i of Pod x',
      'container c of Pod x',
      'ephemeral container of Pod x',
    ]);
  });

  it('looks into lists, and lists of lists', async () => {
    const inner = '{apiVersion: v1, kind: Pod, spec: {containers: [{name: c}]}}';
    expect(
      await names(`apiVersion: v1\nkind: List\nitems: [${inner}, {apiVersion: v1, kind: PodList, items: [${inner}]}]`),
    ).to.deep.equal(['container c of Pod', 'container c of Pod']);
  });

  it('leaves other objects and other documents alone', async () => {
    const text = [
      object('ConfigMap', 'data: {a: "kind: Pod"}'),
      object('Gateway', 'spec: {template: {spec: {containers: {c: 1}}}}'),
      'just: text\n',
      object('Pod', 'spec: {os: {name: windows}, containers: [{name: c}]}'),
    ].join('---\n');
    expect(await names(text)).to.deep.equal([]);
  });

  it('is not misled by values of another type', async () => {
    const text = object(
      'Pod',
      'spec: {containers: [text, 1, null, {name: [a], securityContext: x, env: {}, image: {}}]}',
    );
    expect(await names(text)).to.deep.equal(['container of Pod x']);
  });
});
