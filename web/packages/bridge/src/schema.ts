/// What a method's parameters must look like. Each schema is a value; TypeScript reads the type off it.
///
/// A schema assumes that `notPlain` found nothing in the value: no getters, cycles or prototypes. It must never be
/// lenient: what it does not name is refused.

export interface Schema<T> {
  readonly accepts: (value: unknown) => value is T;
}

export type Infer<S> = S extends Schema<infer T> ? T : never;

const schema = <T>(accepts: (value: unknown) => boolean): Schema<T> => ({
  accepts: (value): value is T => accepts(value),
});

/// At most `longest` UTF-16 units.
export const text = (longest: number, pattern?: RegExp): Schema<string> =>
  schema(
    (value) => typeof value === "string" && value.length <= longest && (pattern === undefined || pattern.test(value)),
  );

export const number = (least: number, most: number): Schema<number> =>
  schema((value) => typeof value === "number" && value >= least && value <= most);

export const integer = (least: number, most: number): Schema<number> =>
  schema((value) => Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most);

export const oneOf = <const T extends string>(...values: readonly T[]): Schema<T> =>
  schema((value) => typeof value === "string" && (values as readonly string[]).includes(value));

/// Of at most `largest` bytes. Its type and its name are the sender's words.
export const file = (largest: number): Schema<Blob> =>
  schema((value) => value instanceof Blob && value.size <= largest);

export const flag: Schema<boolean> = schema((value) => typeof value === "boolean");

/// Whatever JSON can say, within the method's budget.
export const json: Schema<unknown> = schema(() => true);

export const list = <T>(item: Schema<T>, most: number): Schema<readonly T[]> =>
  schema((value) => Array.isArray(value) && value.length <= most && value.every(item.accepts));

export const either = <A, B>(one: Schema<A>, other: Schema<B>): Schema<A | B> =>
  schema((value) => one.accepts(value) || other.accepts(value));

/// Names of the sender's choice, each with a value of one kind.
export const record = <T>(key: Schema<string>, item: Schema<T>, most: number): Schema<Readonly<Record<string, T>>> =>
  schema((value) => {
    if (!isRecord(value)) return false;
    const entries = Object.entries(value);
    return entries.length <= most && entries.every(([name, one]) => key.accepts(name) && item.accepts(one));
  });

type Fields = Readonly<Record<string, Schema<unknown>>>;
type Exactly<F extends Fields, O extends Fields> = { readonly [K in keyof F]: Infer<F[K]> } & {
  readonly [K in keyof O]?: Infer<O[K]>;
};

/// These fields, perhaps those of `optional`, and no others.
export const object = <F extends Fields, O extends Fields = Record<never, never>>(
  fields: F,
  optional?: O,
): Schema<Exactly<F, O>> =>
  schema((value) => {
    if (!isRecord(value)) return false;
    const known = (name: string) => Object.hasOwn(fields, name) || (optional && Object.hasOwn(optional, name));
    return (
      Object.keys(value).every(known) &&
      Object.entries(fields).every(([name, one]) => Object.hasOwn(value, name) && one.accepts(value[name])) &&
      Object.entries(optional ?? {}).every(([name, one]) => !Object.hasOwn(value, name) || one.accepts(value[name]))
    );
  });

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
