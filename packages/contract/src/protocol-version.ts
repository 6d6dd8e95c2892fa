/**
 * Names what client and server say to each other. It grows when a client from before could not work with a server from
 * after, and such a client is then told to reload: a field that is added, or a procedure, is no reason.
 */
export const protocolVersion = 1;

/** The oldest version a server still speaks. It follows `protocolVersion` once nobody is expected to hold on to the old. */
export const oldestProtocolVersion = 1;

/** The HTTP header in which a client says its version; over a WebSocket it is `protocol` among the connection params. */
export const protocolHeader = 'parley-protocol';
