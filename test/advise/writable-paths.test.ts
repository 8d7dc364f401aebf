import { expect } from 'chai';
import { adviseOn, valuesOf } from './rig.js';

const volumes = (...paths: readonly string[]) => Object.fromEntries(paths.map((path) => [path, {}]));

describe('adviseWritablePaths', () => {
  it('mounts each declared volume once, in one form', async () => {
    const told = await adviseOn({ run: { Volumes: volumes('/data', '/data/', '//srv//www/', '/var/lib/x.d') } });
    expect(valuesOf(told, 'volume')).to.deep.equal(['/data', '/srv/www', '/var/lib/x.d']);
  });

  it('leaves out, and names, what no engine should be handed', async () => {
    const hostile = ['/', 'data', '/a:ro', '/a,b', '/a b', '/a/../etc', '/proc/x', '/dev', "/a'b", '/$(id)', '/a\nb'];
    const told = await adviseOn({ run: { Volumes: volumes(...hostile, '/ok', `/${'a'.repeat(2000)}`) } });
    expect(valuesOf(told, 'volume')).to.deep.equal(['/ok']);
    const unknown = told.unknown.join('\n');
    for (const path of ['/a:ro', '/proc/x', '/$(id)']) expect(unknown).to.include(`the volume ${path} is`);
    expect(unknown).not.to.match(/a\nb/);
  });

  it('mounts no temporary folder over or within a volume', async () => {
    const told = await adviseOn({ run: { Volumes: volumes('/tmp', '/run'), Cmd: ['nginx'] } });
    expect(valuesOf(told, 'tmpfs')).to.deep.equal([]);
  });

  it('asks for a volume where a service keeps state and none is declared', async () => {
    const layers = [[{ path: 'var/lib/redis/' }]];
    const told = await adviseOn({ run: { Cmd: ['redis-server'] }, layers });
    expect(told.advice.find(({ setting }) => setting === 'volume')).to.include({
      value: '/var/lib/redis',
      confidence: 'guess',
    });
    const within = await adviseOn({ run: { Volumes: volumes('/var/lib/redis/data') }, layers });
    expect(valuesOf(within, 'volume')).to.deep.equal(['/var/lib/redis/data']);
  });

  it('goes by the folders that Env names', async () => {
    const Env = ['PGDATA=/srv/pg', 'TMPDIR=/scratch/', 'XDG_CACHE_HOME=relative', 'HOME=/root', 'PGDATA'];
    const told = await adviseOn({ run: { User: '5', Env } });
    expect(valuesOf(told, 'volume')).to.deep.equal(['/srv/pg']);
    expect(valuesOf(told, 'tmpfs')).to.deep.equal(['/tmp', '/scratch']);
  });

  it('does not hide logs that the image sends to the standard output', async () => {
    const folder = { path: 'var/log/nginx/' };
    const run = { Cmd: ['nginx'] };
    const files = await adviseOn({ run, layers: [[folder]] });
    expect(valuesOf(files, 'tmpfs')).to.include('/var/log/nginx');
    const link = { path: 'var/log/nginx/access.log', linkname: '/dev/stdout' };
    expect(valuesOf(await adviseOn({ run, layers: [[folder, link]] }), 'tmpfs')).not.to.include('/var/log/nginx');
  });

  it('bounds what a config of a million volumes does', async () => {
    const many = Array.from({ length: 5000 }, (_, i) => `/v${i}`);
    const told = await adviseOn({ run: { Volumes: volumes(...many) } });
    expect(valuesOf(told, 'volume')).to.have.length(100);
    expect(told.unknown.length).to.be.lessThan(20);
  });
});
