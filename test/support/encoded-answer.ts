/** A whole answer, for `socket.write`, whose body is said to be in this coding. */
export function encodedAnswer(coding: string, body: Uint8Array, status = '200 OK'): Buffer {
  const head = `HTTP/1.1 ${status}\r\nX-Id: 7\r\nContent-Encoding: ${coding}\r\nContent-Length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}
