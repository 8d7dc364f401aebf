import { expect } from 'chai';
import { renderHardenText } from '../../src/report/harden-text.js';
import { imagesByName, reportOn } from '../advise/rig.js';

const style = { width: 80, color: false, unicode: true };

describe('renderHardenText', () => {
  it('gives each setting its reason and what it rests on', async () => {
    const text = renderHardenText(await reportOn(imagesByName.nginx), style);
    expect(text).to.match(/^r\.test\/app:1 {2}linux\/amd64\nstarts \/docker-entrypoint\.sh nginx -g daemon off;\n/);
    expect(text).to.include('  cap-add NET_BIND_SERVICE  (from config, podman and kubernetes only)\n      port 80/tcp');
    expect(text).to.include('nginx-1:1.20.1-14.el9.x86_64 of layer 1');
    expect(text).to.match(/\nnot given back\n {2}AUDIT_WRITE\n/);
    expect(text).to.match(/\nnot known\n {2}- /);
    expect(text).to.match(/\nleft to you\n {2}- limits: --pids-limit/);
    for (const line of text.split('\n')) expect([...line].length, line).to.be.at.most(80);
  });

  it('shows what could move a cursor as escapes', async () => {
    const report = await reportOn({
      run: { User: 'a\u001b[2J', Cmd: ['/x\u202e\u001b[31m.sh'], Volumes: { '/\u001bc': {} } },
    });
    expect(renderHardenText(report, style)).not.to.match(/[\u001b\u202e]/);
    expect(renderHardenText(report, { ...style, color: true })).not.to.match(/\u001b\[2J|\u001bc|\u202e/);
  });
});
