/** What the heroes of three classical novels are called. */
export const HEROES = '孙悟空,孙行者,行者,悟空,贾宝玉,宝玉,刘玄德,刘备,玄德';
/** Who takes their place: no novel that the model may have read knows him. */
export const INVENTED = '林小满';
