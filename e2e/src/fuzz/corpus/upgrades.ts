const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';
const version = 'Sec-WebSocket-Version: 13';
const asks = 'Connection: Upgrade\r\nUpgrade: websocket';

/** Upgrades to begin with, each character a byte. */
export const upgrades: readonly string[] = [
  `GET /trpc HTTP/1.1\r\nHost: a\r\n${asks}\r\n${version}\r\n${key}\r\n\r\n`,
  `GET /trpc?connectionParams=1 HTTP/1.1\r\nHost: a\r\n${asks}\r\n${version}\r\n${key}\r\nOrigin: http://localhost:3000\r\n\r\n`,
  `GET /trpc HTTP/1.1\r\nHost: a\r\n${asks}\r\n${version}\r\n${key}\r\nSec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n`,
  `GET /trpc HTTP/1.1\r\nHost: a\r\n${asks}\r\n${version}\r\n${key}\r\nSec-WebSocket-Protocol: a, b\r\nSec-WebSocket-Extensions: x;y="z"\r\n\r\n`,
  `GET /trpc HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: WebSocket, h2c\r\n${version}\r\n${key}\r\n\r\n`,
  `GET // HTTP/1.1\r\nHost: a\r\n${asks}\r\n${version}\r\n${key}\r\n\r\n`,
  `GET http://[ HTTP/1.1\r\nHost: [\r\n${asks}\r\n${version}\r\n${key}\r\n\r\n`,
  `GET /trpc?connectionParams=%&%=%% HTTP/1.1\r\nHost: a:b:c\r\n${asks}\r\n${version}\r\n${key}\r\n\r\n`,
  `POST /trpc HTTP/1.1\r\nHost: a\r\n${asks}\r\n${version}\r\n${key}\r\nContent-Length: 3\r\n\r\nabc`,
  `GET /trpc HTTP/1.1\r\nHost: a\r\n${asks}\r\nSec-WebSocket-Version: 99999999999\r\nSec-WebSocket-Key: ====\r\n\r\n`,
  `GET /trpc HTTP/1.1\r\nHost: a\r\n${asks}\r\n${version}\r\n${key}\r\n\r\n\x81\x84\x00\x00\x00\x00PING\x88\x80\x00\x00\x00\x00`,
  `GET /trpc HTTP/1.0\r\n${asks}\r\n${version}\r\n${key}\r\n\r\n`,
  `GET /trpc HTTP/1.1\r\nHost: a\r\n${asks}\r\n${version}\r\n${key}\r\nOrigin: null\r\nOrigin: http://evil.test\r\n\r\n`,
  `GET /trpc HTTP/1.1\r\nHost: a\r\n${asks}\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n`,
];
