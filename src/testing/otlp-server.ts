import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

const span = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
  kind: z.number(),
  attributes: z.array(z.object({ key: z.string(), value: z.record(z.string(), z.unknown()) })),
  status: z.object({ code: z.number().optional() }).optional(),
});
const message = z.object({ resourceSpans: z.array(z.object({ scopeSpans: z.array(z.object({ spans: z.array(span) })) })) });

/** A span as a collector gets it; attributes by name. */
export interface ExportedSpan extends Omit<z.output<typeof span>, 'attributes'> {
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** A collector of traces by OTLP over HTTP, in JSON: keeps all that comes, every byte of it. */
export interface OtlpServer extends AsyncDisposable {
  /** As OTEL_EXPORTER_OTLP_ENDPOINT. */
  readonly url: string;
  /** Heads and bodies, as they came. */
  readonly received: readonly string[];
  spans(): readonly ExportedSpan[];
}

export async function startOtlpServer(): Promise<OtlpServer> {
  const received: string[] = [];
  const bodies: string[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    request.setEncoding('utf8');
    for await (const part of request) body += part;
    received.push(`${request.url} ${JSON.stringify(request.headers)} ${body}`);
    bodies.push(body);
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    spans: () =>
      bodies
        .flatMap((body) => message.parse(JSON.parse(body)).resourceSpans)
        .flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))
        .map((found) => ({
          ...found,
          attributes: Object.fromEntries(found.attributes.map(({ key, value }) => [key, Object.values(value)[0]])),
        })),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
