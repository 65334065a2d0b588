import type { FastifyReply } from 'fastify';

export const SCIM_MEDIA_TYPE = 'application/scim+json; charset=utf-8';

/** Sends a response whose body is already JSON text. */
export function sendJson(reply: FastifyReply, json: string): FastifyReply {
  return reply.header('content-type', SCIM_MEDIA_TYPE).send(json);
}
