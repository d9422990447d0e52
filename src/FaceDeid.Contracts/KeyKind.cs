namespace FaceDeid.Contracts;

/// <summary>How the data key of a face is wrapped.</summary>
public enum KeyKind
{
    /// <summary>32 secret bytes that both sides have.</summary>
    Symmetric = 1,

    /// <summary>A passphrase that both sides know.</summary>
    Passphrase = 2,

    /// <summary>A public key on the curve P-256: who seals cannot open.</summary>
    PublicKey = 3,
}
