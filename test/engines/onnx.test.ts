import { onnxEngine } from '#engines/onnx';
import { engineContract } from '../contracts/engine.ts';

engineContract({
  name: 'onnx',
  engine: onnxEngine,
  tolerance: { logits: 1e-4, gradients: 1e-3, training: 1e-3, serving: 1e-4, regrouping: 1e-5 },
  skip: [
    {
      reason: 'the loss is log(softmax), which is −∞ where a probability leaves float32',
      tests: [
        'differentiate, very sure of itself: logits, loss and final state',
        'train, very sure of itself: five steps with clipping that bites at every step follow the reference',
        'train, very sure of itself: five steps with a clipping norm that is never reached follow the reference',
        'train, very sure of itself: five steps with no clipping follow the reference',
      ],
    },
    {
      reason: 'the runtime refuses to release a session twice',
      tests: ['open', 'score', 'train'].map(
        (session) => `${session}: a closed session refuses work, may be closed again, and others live on`,
      ),
    },
  ],
});
