import { onnxEngine } from '#engines/onnx';
import { engineContract } from '../contracts/engine.ts';

engineContract({
  name: 'onnx',
  engine: onnxEngine,
  tolerance: { logits: 1e-4, gradients: 1e-3, training: 1e-3, serving: 1e-4, regrouping: 1e-5 },
});
