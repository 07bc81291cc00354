import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { Attribute, Constant, ElementType, Graph, GraphNode, GraphValue } from './graph.ts';

/*
 * The numbers below are the field numbers of onnx.proto (ONNX 1.16, IR version 10):
 * ModelProto, GraphProto, NodeProto, AttributeProto, TensorProto, ValueInfoProto.
 */
const IR_VERSION = 10;
const OPSET = 21;
const ELEMENT: Readonly<Record<ElementType, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
};

/** The graph as a serialised ONNX model. */
export function encodeModel(graph: Graph): Uint8Array {
  const domains = new Set(graph.nodes.map((node) => node.domain).filter((domain) => domain !== ''));
  const w = new BinaryWriter();
  w.tag(1, WireType.Varint).int64(IR_VERSION);
  message(w, 7, (g) => writeGraph(g, graph));
  for (const [domain, version] of [['', OPSET] as const, ...[...domains].map((d) => [d, 1] as const)]) {
    message(w, 8, (o) => {
      o.tag(1, WireType.LengthDelimited).string(domain);
      o.tag(2, WireType.Varint).int64(version);
    });
  }
  return w.finish();
}

function message(w: BinaryWriter, field: number, write: (w: BinaryWriter) => void): void {
  w.tag(field, WireType.LengthDelimited).fork();
  write(w);
  w.join();
}

function writeGraph(w: BinaryWriter, graph: Graph): void {
  for (const node of graph.nodes) message(w, 1, (n) => writeNode(n, node));
  w.tag(2, WireType.LengthDelimited).string('xuxie');
  for (const constant of graph.constants) message(w, 5, (t) => writeTensor(t, constant));
  for (const value of graph.inputs) message(w, 11, (v) => writeValue(v, value));
  for (const value of graph.outputs) message(w, 12, (v) => writeValue(v, value));
}

function writeNode(w: BinaryWriter, node: GraphNode): void {
  for (const input of node.inputs) w.tag(1, WireType.LengthDelimited).string(input);
  for (const output of node.outputs) w.tag(2, WireType.LengthDelimited).string(output);
  w.tag(4, WireType.LengthDelimited).string(node.op);
  for (const [name, value] of Object.entries(node.attributes)) {
    message(w, 5, (a) => writeAttribute(a, name, value));
  }
  if (node.domain) w.tag(7, WireType.LengthDelimited).string(node.domain);
}

function writeAttribute(w: BinaryWriter, name: string, value: Attribute): void {
  w.tag(1, WireType.LengthDelimited).string(name);
  const type = (code: number) => w.tag(20, WireType.Varint).int32(code);
  if (typeof value === 'number') {
    w.tag(3, WireType.Varint).int64(value);
    type(2);
  } else if (typeof value === 'string') {
    w.tag(4, WireType.LengthDelimited).string(value);
    type(3);
  } else if ('float' in value) {
    w.tag(2, WireType.Bit32).float(value.float);
    type(1);
  } else {
    for (const i of value) w.tag(8, WireType.Varint).int64(i);
    type(7);
  }
}

function writeTensor(w: BinaryWriter, { name, type, shape, data }: Constant): void {
  for (const dimension of shape) w.tag(1, WireType.Varint).int64(dimension);
  w.tag(2, WireType.Varint).int32(ELEMENT[type]);
  w.tag(8, WireType.LengthDelimited).string(name);
  w.tag(9, WireType.LengthDelimited).bytes(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

function writeValue(w: BinaryWriter, { name, type, shape }: GraphValue): void {
  w.tag(1, WireType.LengthDelimited).string(name);
  message(w, 2, (t) =>
    message(t, 1, (tensor) => {
      tensor.tag(1, WireType.Varint).int32(ELEMENT[type]);
      message(tensor, 2, (s) => {
        for (const dimension of shape) {
          message(s, 1, (d) =>
            typeof dimension === 'number'
              ? d.tag(1, WireType.Varint).int64(dimension)
              : d.tag(2, WireType.LengthDelimited).string(dimension),
          );
        }
      });
    }),
  );
}
