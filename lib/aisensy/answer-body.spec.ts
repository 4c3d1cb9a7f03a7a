import { describe, expect, it } from '@jest/globals';
import { answerReader, readAnswer } from './answer-body.ts';

describe('answerReader', () => {
  it('reads each body as readAnswer does, and the same one once', () => {
    const read = answerReader();
    const bodies = ['{"status":"success"}', '{"status":"success"}', '{"status":"failure","error":{"code":2000}}', '', 'no JSON', '{"status":"success"}'];
    expect(bodies.map((body) => read(body))).toEqual(bodies.map((body) => readAnswer(body)));
    expect(read('{"id":"AS-1"}')).toBe(read('{"id":"AS-1"}'));
  });
});
