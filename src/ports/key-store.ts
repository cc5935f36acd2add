/** What a key allows. `admin` may manage keys; it implies the others. */
export type Scope = 'research:read' | 'research:write' | 'tools' | 'admin';

export interface ApiKey {
  readonly id: string;
  readonly tenant: string;
  /** Who it was given to, for people. */
  readonly owner: string;
  readonly scopes: readonly Scope[];
  /** The first characters of the secret, by which its owner knows it. */
  readonly hint: string;
  readonly createdAt: number;
  readonly lastUsedAt?: number;
  readonly expiresAt?: number;
  readonly revokedAt?: number;
  /** Requests a minute, and runs at work at a time. */
  readonly requestsPerMinute: number;
  readonly concurrentRuns: number;
}

export type NewApiKey = Pick<ApiKey, 'tenant' | 'owner' | 'scopes'> &
  Partial<Pick<ApiKey, 'expiresAt' | 'requestsPerMinute' | 'concurrentRuns'>>;

/** API keys. Secrets are 256 random bits, shown once and stored as SHA-256 with a pepper that is not in the database. */
export interface KeyStore {
  create(key: NewApiKey): Promise<{ readonly key: ApiKey; readonly secret: string }>;
  /** The key of a secret, if it is neither revoked nor expired; notes its use (at most once a minute). */
  verify(secret: string): Promise<ApiKey | undefined>;
  /** A new secret for the same key; the old one works on for `graceMs`. */
  rotate(id: string, options: { readonly graceMs: number }): Promise<{ readonly key: ApiKey; readonly secret: string }>;
  revoke(id: string): Promise<void>;
  list(tenant?: string): Promise<readonly ApiKey[]>;
  /** Whether there is any usable key: without one the server listens on loopback only and asks for none. */
  hasAny(): Promise<boolean>;
}
