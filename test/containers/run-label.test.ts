import { expect } from 'chai';
import { isRunLabel } from '../../src/containers/run-label.js';

describe('containers/run-label', () => {
  for (const name of 'run RUN Install uninstall stop debug update upgrade usage org.label-schema.docker.cmd org.label-schema.docker.cmd.test'.split(
    ' ',
  )) {
    it(`takes ${name} for a command line`, () => {
      expect(isRunLabel(name)).to.equal(true);
    });
  }
  for (const name of ['', 'running', 'my.run', 'help', 'description', 'org.label-schema.docker', 'run '])
    it(`does not take "${name}" for one`, () => {
      expect(isRunLabel(name)).to.equal(false);
    });
});
