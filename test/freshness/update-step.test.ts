import { expect } from 'chai';
import { updateStepOf } from '../../src/freshness/update-step.js';

describe('updateStepOf', () => {
  const cases: readonly [instruction: string, step: string | undefined][] = [
    ['RUN /bin/sh -c yum -y update && yum clean all # buildkit', 'rpm: yum update'],
    ['/bin/sh -c yum update -y', 'rpm: yum update'],
    ['RUN dnf -y --setopt=install_weak_deps=False --setopt tsflags=nodocs upgrade --refresh', 'rpm: dnf upgrade'],
    ['RUN dnf5 distro-sync -y', 'rpm: dnf5 distro-sync'],
    ['RUN microdnf update -y --nodocs && microdnf clean all', 'rpm: microdnf update'],
    ['RUN --mount=type=cache,target=/var/cache/dnf dnf -y upgrade', 'rpm: dnf upgrade'],
    ['RUN /usr/bin/dnf -y update --releasever 9', 'rpm: dnf update'],
    ['RUN sudo -E env A=b dnf -y update', 'rpm: dnf update'],
    ['RUN zypper -n refresh && zypper -n up', 'zypp: zypper up'],
    ['RUN zypper --non-interactive dup --from oss', 'zypp: zypper dup'],
    ['RUN zypper -n patch', 'zypp: zypper patch (limited)'],
    ['RUN dnf -y update openssl', 'rpm: dnf update (limited)'],
    ['RUN dnf -y update --security', 'rpm: dnf update (limited)'],
    ['RUN dnf -y update --advisory=RHSA-1', 'rpm: dnf update (limited)'],
    ['RUN dnf -y update --exclude=kernel*', 'rpm: dnf update (limited)'],
    ['RUN yum -y -x kernel update', 'rpm: yum update (limited)'],
    ['RUN yum -y update-minimal', 'rpm: yum update-minimal (limited)'],
    ['RUN dnf -y update openssl && dnf -y update', 'rpm: dnf update'],
    ['RUN apt-get update && apt-get -y dist-upgrade', 'apt: apt-get dist-upgrade'],
    ['RUN apk upgrade --no-cache', 'apk: apk upgrade'],
    ['RUN apt-get update', undefined],
    ['RUN dnf -y install update', undefined],
    ['RUN dnf check-update', undefined],
    ['RUN echo dnf update', undefined],
    ['RUN echo "&& dnf update"', undefined],
    ['RUN true # && dnf update', undefined],
    ['/bin/sh -c #(nop) CMD ["dnf" "update"]', undefined],
    ['COPY update.sh /dnf', undefined],
  ];
  for (const [instruction, expected] of cases) {
    it(`finds ${expected ?? 'no update'} in ${instruction}`, () => {
      const step = updateStepOf(instruction);
      expect(step && `${step.family}: ${step.command}${step.limited ? ' (limited)' : ''}`).to.equal(expected);
    });
  }

  it('finds none where the history does not tell', () => {
    expect(updateStepOf(undefined)).to.equal(undefined);
  });
});
