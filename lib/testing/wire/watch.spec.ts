import { describe, expect, it } from '@jest/globals';
import { Watch } from './watch.ts';

describe('Watch', () => {
  it('resolves at once where the predicate is true already', async () => {
    await new Watch(() => 'nothing').until(() => true);
  });

  it('asks again when something happened', async () => {
    const watch = new Watch(() => 'nothing');
    let value = 0;
    const waiting = watch.until(() => value === 2);
    value = 1;
    watch.changed();
    value = 2;
    watch.changed();
    await waiting;
  });

  it('asks once for many happenings in one turn', async () => {
    const watch = new Watch(() => 'nothing');
    let asked = 0;
    let value = 0;
    const waiting = watch.until(() => {
      asked += 1;
      return value === 1_000;
    });
    while (value < 1_000) {
      value += 1;
      watch.changed();
    }
    await waiting;
    expect(asked).toBe(2);
  });

  it('says what was waited for, how long, and what was seen', async () => {
    const watch = new Watch(() => '2 statuses (sent 2)');
    await expect(watch.until(() => false, { timeoutMs: 5, what: '3 statuses' }))
      .rejects.toThrow('Waited 5 ms in vain for 3 statuses. So far: 2 statuses (sent 2).');
  });

  it('passes on what the predicate throws', async () => {
    const watch = new Watch(() => 'nothing');
    let broken = false;
    const waiting = watch.until(() => {
      if (broken) throw new Error('broken');
      return false;
    });
    broken = true;
    watch.changed();
    await expect(waiting).rejects.toThrow('broken');
  });

  it('ends every wait when it is stopped', async () => {
    const watch = new Watch(() => 'nothing');
    const waiting = watch.until(() => false);
    watch.stop();
    await expect(waiting).rejects.toThrow('The simulator was stopped while a test waited. So far: nothing.');
  });
});
