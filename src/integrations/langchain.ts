/** Isthmus as a part of LangChain programs. */
// biome-ignore-all lint/performance/noBarrelFile: the public face of a package's entry has to be one file
export { type DocumentCompressorOptions, IsthmusDocumentCompressor, type IsthmusMetadata } from './langchain-compressor.ts';
export { type CompressedOutput, isthmusMiddleware, type MiddlewareOptions } from './langchain-middleware.ts';
