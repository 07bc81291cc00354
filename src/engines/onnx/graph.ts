/** An ONNX graph as plain data: nodes are added in execution order, every value has a name. */

export type Attribute = number | string | readonly number[] | { readonly float: number };
export type ElementType = 'float32' | 'int64' | 'int32' | 'int8' | 'uint8';
export type Shape = readonly (number | string)[];

export type GraphNode = {
  readonly op: string;
  readonly inputs: string[];
  readonly outputs: string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  /** Empty for ONNX itself, `com.microsoft` for the runtime's own operators. */
  readonly domain: string;
};

export type GraphValue = { readonly name: string; readonly type: ElementType; readonly shape: Shape };

export type Constant = {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly data: Float32Array | BigInt64Array | Int32Array | Int8Array | Uint8Array;
};

/** Collects nodes; operators are called by their ONNX names (opset 21) and give names of values. */
export class Graph {
  readonly nodes: GraphNode[] = [];
  readonly inputs: GraphValue[] = [];
  readonly outputs: GraphValue[] = [];
  readonly constants: Constant[] = [];
  #names = 0;
  readonly #shared = new Map<string, string>();
  /** New names of values that were given out. */
  readonly #renamed = new Map<string, string>();

  input(name: string, type: ElementType, shape: Shape): string {
    this.inputs.push({ name, type, shape });
    return name;
  }

  /** Gives the value `value` out of the graph as `name`: the node that makes it makes it under that name. */
  output(name: string, value: string, type: ElementType, shape: Shape): void {
    const known = this.#renamed.get(value) ?? value;
    const maker = this.nodes.findLast((node) => node.outputs.includes(known));
    const isGiven = this.outputs.some((output) => output.name === known);
    this.outputs.push({ name, type, shape });
    if (!maker || isGiven) {
      this.nodes.push({ op: 'Identity', inputs: [known], outputs: [name], attributes: {}, domain: '' });
      return;
    }
    const rename = (names: string[]) =>
      names.splice(0, names.length, ...names.map((n) => (n === value ? name : n)));
    for (const node of this.nodes) {
      rename(node.inputs);
      rename(node.outputs);
    }
    this.#renamed.set(value, name);
  }

  /** Weights inside the graph: the runtime may pack them once. */
  constant(name: string, type: ElementType, shape: readonly number[], data: Constant['data']): string {
    this.constants.push({ name, type, shape, data });
    return name;
  }

  /** A float32 number. */
  scalar(value: number): string {
    return this.#share(`f${value}`, () => ({ type: 'float32', shape: [], data: Float32Array.of(value) }));
  }

  /** An int64 list, as shapes and axes are given. */
  ints(...values: number[]): string {
    return this.#share(`i${values}`, () => ({
      type: 'int64',
      shape: [values.length],
      data: BigInt64Array.from(values, BigInt),
    }));
  }

  /** One node with one output. */
  op(op: string, inputs: readonly string[], attributes: Record<string, Attribute> = {}, domain = ''): string {
    return this.many(op, inputs, 1, attributes, domain)[0]!;
  }

  /** One node with `count` outputs. */
  many(
    op: string,
    inputs: readonly string[],
    count: number,
    attributes: Record<string, Attribute> = {},
    domain = '',
  ): string[] {
    const outputs = Array.from({ length: count }, () => `${op}_${this.#names++}`);
    const known = inputs.map((name) => this.#renamed.get(name) ?? name);
    this.nodes.push({ op, inputs: known, outputs: [...outputs], attributes, domain });
    return outputs;
  }

  add = (a: string, b: string): string => this.op('Add', [a, b]);
  sub = (a: string, b: string): string => this.op('Sub', [a, b]);
  mul = (a: string, b: string): string => this.op('Mul', [a, b]);

  /** alpha·A·B + C with optional transposes; C may be left out. */
  gemm(
    a: string,
    b: string,
    c = '',
    options: { transA?: boolean; transB?: boolean; alpha?: number } = {},
  ): string {
    return this.op('Gemm', c ? [a, b, c] : [a, b], {
      transA: options.transA ? 1 : 0,
      transB: options.transB ? 1 : 0,
      alpha: { float: options.alpha ?? 1 },
    });
  }

  reshape = (a: string, ...shape: number[]): string => this.op('Reshape', [a, this.ints(...shape)]);
  concat = (parts: readonly string[], axis: number): string =>
    parts.length === 1 ? parts[0]! : this.op('Concat', parts, { axis });
  split = (a: string, count: number, axis: number): string[] =>
    count === 1 ? [a] : this.many('Split', [a], count, { axis, num_outputs: count });

  #share(key: string, make: () => Omit<Constant, 'name'>): string {
    let name = this.#shared.get(key);
    if (name === undefined) {
      name = `constant_${this.constants.length}`;
      this.#shared.set(key, this.constant(name, ...spread(make())));
    }
    return name;
  }
}

function spread(c: Omit<Constant, 'name'>): [ElementType, readonly number[], Constant['data']] {
  return [c.type, c.shape, c.data];
}
