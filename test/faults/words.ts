/** What the made models know; anything else that people type is read byte by byte. */
export const KNOWN = '孙悟空听了，大笑道：“去也！”\n不见那妖精往东边来。山高月小水落石出？';
