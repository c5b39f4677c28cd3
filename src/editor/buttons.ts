/** Takes a vault as it is, although it is not the one that is noted. */
export const acceptVault = 'Take It As It Is';
