import { describe, expect, it } from 'vitest';
import { parseChecks } from './operations';
import { parsePrometheus, total } from './prometheus';

describe('readiness', () => {
  it('is read line by line', () => {
    expect(parseChecks('[+] store\n[-] kafka: the broker has failed\nnot ready\n')).toEqual([
      { name: 'store', problem: null },
      { name: 'kafka', problem: 'the broker has failed' },
    ]);
  });
});

describe('Prometheus text', () => {
  const samples = parsePrometheus(`# HELP a_total words
a_total{code="200",route="/x"} 3
a_total{code="400",route="/say \\"hi\\""} 1.5e1
b 7
nonsense
`);

  it('is read with its labels', () => {
    expect(samples).toHaveLength(3);
    expect(samples[1]?.labels.route).toBe('/say "hi"');
  });

  it('adds up', () => {
    expect(total(samples, 'a_total')).toBe(18);
    expect(total(samples, 'a_total', { code: '200' })).toBe(3);
    expect(total(samples, 'c')).toBeNull();
  });
});
